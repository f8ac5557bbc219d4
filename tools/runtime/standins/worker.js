// Answers for the two products that have no offline simulator. A service binding to one of these entrypoints
// takes the calls of the real binding. Deterministic. Two differences: a vector can be found at once instead of
// seconds later, and the error texts are only close to the real ones.
import { DurableObject, WorkerEntrypoint } from "cloudflare:workers";

const EMBEDDING_DIMENSIONS = {
  "@cf/baai/bge-small-en-v1.5": 384,
  "@cf/baai/bge-base-en-v1.5": 768,
  "@cf/baai/bge-large-en-v1.5": 1024,
  "@cf/baai/bge-m3": 1024,
};

function fnv1a(word) {
  let hash = 2166136261;
  for (const character of word) hash = Math.imul(hash ^ character.codePointAt(0), 16777619) >>> 0;
  return hash;
}

// Every word adds a direction of its own, so texts with words in common are near each other.
function embedding(text, dimensions) {
  const sum = new Array(dimensions).fill(0);
  for (const word of String(text).toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []) {
    let state = fnv1a(word);
    for (let i = 0; i < dimensions; i++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      sum[i] += state / 2 ** 31 - 1;
    }
  }
  const length = Math.hypot(...sum) || 1;
  return sum.map((x) => x / length);
}

export class AI extends WorkerEntrypoint {
  async run(model, inputs = {}) {
    if (typeof model !== "string" || !model.startsWith("@")) throw new Error(`5007: No such model ${model}`);
    return model in EMBEDDING_DIMENSIONS ? this.#embed(model, inputs) : this.#generate(model, inputs);
  }

  #embed(model, inputs) {
    const texts = [inputs.text ?? []].flat();
    if (texts.length === 0) throw new Error("5006: Error: required properties at '/' are 'text'");
    const dimensions = EMBEDDING_DIMENSIONS[model];
    return { shape: [texts.length, dimensions], data: texts.map((text) => embedding(text, dimensions)), pooling: "mean" };
  }

  #generate(model, inputs) {
    const response = `[${model}] ${inputs.prompt ?? inputs.messages?.at(-1)?.content ?? ""}`;
    if (!inputs.stream) return { response, usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 } };
    const events = response.split(/(?<= )/).map((part) => `data: ${JSON.stringify({ response: part })}\n\n`);
    return new Blob([...events, "data: [DONE]\n\n"]).stream();
  }
}

const COMPARISONS = {
  $eq: (a, b) => a === b,
  $ne: (a, b) => a !== b,
  $in: (a, b) => b.includes(a),
  $nin: (a, b) => !b.includes(a),
  $lt: (a, b) => a < b,
  $lte: (a, b) => a <= b,
  $gt: (a, b) => a > b,
  $gte: (a, b) => a >= b,
};

function passes(metadata, filter = {}) {
  return Object.entries(filter).every(([path, wanted]) => {
    const value = path.split(".").reduce((inner, name) => inner?.[name], metadata);
    if (wanted === null || typeof wanted !== "object") return value === wanted;
    return Object.entries(wanted).every(([operator, operand]) => COMPARISONS[operator](value, operand));
  });
}

const dot = (a, b) => a.reduce((sum, x, i) => sum + x * b[i], 0);
const SCORES = {
  cosine: (a, b) => dot(a, b) / (Math.hypot(...a) * Math.hypot(...b) || 1),
  "dot-product": dot,
  euclidean: (a, b) => Math.hypot(...a.map((x, i) => x - b[i])),
};

export class VectorStore extends DurableObject {
  constructor(ctx, env) {
    super(ctx, env);
    ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS vectors (id TEXT PRIMARY KEY, vector TEXT NOT NULL)");
  }

  all() {
    return this.ctx.storage.sql.exec("SELECT vector FROM vectors").toArray().map((row) => JSON.parse(row.vector));
  }

  write(vectors, onConflict) {
    for (const vector of vectors) {
      this.ctx.storage.sql.exec(`INSERT OR ${onConflict} INTO vectors VALUES (?, ?)`, vector.id, JSON.stringify(vector));
    }
  }

  remove(ids) {
    for (const id of ids) this.ctx.storage.sql.exec("DELETE FROM vectors WHERE id = ?", id);
  }
}

// The binding's props tell the index, its dimensions and its metric.
export class Vectorize extends WorkerEntrypoint {
  get #store() {
    return this.env.STORE.getByName(this.ctx.props.index);
  }

  #refuseOtherShapes(values) {
    const { dimensions } = this.ctx.props;
    if (values.length === dimensions) return;
    const shapes = `expected ${dimensions} dimensions, and got ${values.length} dimensions`;
    throw new Error(`VECTOR_QUERY_ERROR (code = 40006): invalid vector: ${shapes}`);
  }

  async #write(vectors, onConflict) {
    for (const vector of vectors) this.#refuseOtherShapes(vector.values);
    await this.#store.write(vectors, onConflict);
    return { mutationId: crypto.randomUUID() };
  }

  insert(vectors) {
    return this.#write(vectors, "IGNORE");
  }

  upsert(vectors) {
    return this.#write(vectors, "REPLACE");
  }

  async deleteByIds(ids) {
    await this.#store.remove(ids);
    return { mutationId: crypto.randomUUID() };
  }

  async getByIds(ids) {
    return (await this.#store.all()).filter((vector) => ids.includes(vector.id));
  }

  async describe() {
    const { dimensions } = this.ctx.props;
    const vectorCount = (await this.#store.all()).length;
    return { vectorCount, dimensions, processedUpToDatetime: null, processedUpToMutation: null };
  }

  async queryById(id, options) {
    const [vector] = await this.getByIds([id]);
    if (!vector) throw new Error(`VECTOR_QUERY_ERROR: no vector with id ${id}`);
    return this.query(vector.values, options);
  }

  async query(values, { topK = 5, returnValues = false, returnMetadata = "none", namespace, filter } = {}) {
    this.#refuseOtherShapes(values);
    const isWhole = returnValues || returnMetadata === "all" || returnMetadata === true;
    const most = isWhole ? 50 : 100;
    if (topK > most) throw new Error(`VECTOR_QUERY_ERROR (code = 40025): topK must be at most ${most}`);
    const metric = this.ctx.props.metric;
    const matches = (await this.#store.all())
      .filter((vector) => (namespace === undefined || vector.namespace === namespace) && passes(vector.metadata, filter))
      .map((vector) => ({
        id: vector.id,
        score: SCORES[metric](values, vector.values),
        ...(vector.namespace !== undefined && { namespace: vector.namespace }),
        ...(returnValues && { values: vector.values }),
        ...(returnMetadata && returnMetadata !== "none" && { metadata: vector.metadata }),
      }))
      .sort((a, b) => (metric === "euclidean" ? a.score - b.score : b.score - a.score))
      .slice(0, topK);
    return { count: matches.length, matches };
  }
}

export default { fetch: () => new Response("Stand-ins for Workers AI and Vectorize.\n") };
