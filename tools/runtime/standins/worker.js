// Answers for the two products that have no offline simulator. A service binding to one of these entrypoints
// takes the calls of the real binding. Deterministic. They refuse what the real ones refuse (limits of Vectorize v2), in
// words that are only close to theirs. A vector is found once VECTORIZE_DELAY_MS have gone by, at once where none is set.
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

const words = (text) => String(text).toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

// Every word adds a direction of its own, so texts with words in common are near each other.
function embedding(text, dimensions) {
  const sum = new Array(dimensions).fill(0);
  for (const word of words(text)) {
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
    if (model in EMBEDDING_DIMENSIONS) return this.#embed(model, inputs);
    return model.includes("reranker") ? this.#rerank(inputs) : this.#generate(model, inputs);
  }

  // How many of the question's words a text has.
  #rerank({ query, contexts }) {
    if (!query || !Array.isArray(contexts)) throw new Error("5006: Error: required properties at '/' are 'query,contexts'");
    const asked = new Set(words(query));
    const score = (text) => [...new Set(words(text))].filter((word) => asked.has(word)).length / (asked.size || 1);
    return { response: contexts.map(({ text }, id) => ({ id, score: score(text) })).sort((a, b) => b.score - a.score) };
  }

  #embed(model, inputs) {
    const texts = [inputs.text ?? []].flat();
    if (texts.length === 0) throw new Error("5006: Error: required properties at '/' are 'text'");
    if (texts.length > 100) throw new Error("5006: Error: 'text' must NOT have more than 100 items");
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

const bytes = (text) => new TextEncoder().encode(text).length;

function refuse(isWrong, why) {
  if (isWrong) throw new Error(`VECTOR_ERROR: ${why}`);
}

// Writes wait in a log until they can be seen, as those of the real index do.
export class VectorStore extends DurableObject {
  constructor(ctx, env) {
    super(ctx, env);
    ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS vectors (id TEXT PRIMARY KEY, namespace TEXT, vector TEXT NOT NULL)");
    ctx.storage.sql.exec("CREATE INDEX IF NOT EXISTS vectors_namespace ON vectors (namespace)");
    ctx.storage.sql.exec(
      "CREATE TABLE IF NOT EXISTS mutations (number INTEGER PRIMARY KEY, id TEXT, at INTEGER, kind TEXT, content TEXT)",
    );
    ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS seen (one INTEGER PRIMARY KEY, id TEXT, at INTEGER)");
  }

  #settle() {
    const sql = this.ctx.storage.sql;
    const until = Date.now() - Number(this.env.VECTORIZE_DELAY_MS || 0);
    const due = sql.exec("SELECT * FROM mutations WHERE at <= ? ORDER BY number", until).toArray();
    for (const { number, id, at, kind, content } of due) {
      for (const one of JSON.parse(content)) {
        if (kind === "DELETE") sql.exec("DELETE FROM vectors WHERE id = ?", one);
        else sql.exec(`INSERT OR ${kind} INTO vectors VALUES (?, ?, ?)`, one.id, one.namespace ?? null, JSON.stringify(one));
      }
      sql.exec("DELETE FROM mutations WHERE number = ?", number);
      sql.exec("INSERT OR REPLACE INTO seen VALUES (1, ?, ?)", id, at);
    }
  }

  #read(where, ...values) {
    this.#settle();
    const rows = this.ctx.storage.sql.exec(`SELECT vector FROM vectors ${where}`, ...values).toArray();
    return rows.map((row) => JSON.parse(row.vector));
  }

  within(namespace) {
    return namespace === undefined ? this.#read("") : this.#read("WHERE namespace = ?", namespace);
  }

  named(ids) {
    return this.#read("WHERE id IN (SELECT value FROM json_each(?))", JSON.stringify(ids));
  }

  seen() {
    this.#settle();
    const [last] = this.ctx.storage.sql.exec("SELECT id, at FROM seen").toArray();
    const { vectorCount } = this.ctx.storage.sql.exec("SELECT count(*) AS vectorCount FROM vectors").one();
    const processedUpToDatetime = last ? new Date(last.at).toISOString() : null;
    return { vectorCount, processedUpToMutation: last?.id ?? null, processedUpToDatetime };
  }

  write(kind, content) {
    const id = crypto.randomUUID();
    const insert = "INSERT INTO mutations (id, at, kind, content) VALUES (?, ?, ?, ?)";
    this.ctx.storage.sql.exec(insert, id, Date.now(), kind, JSON.stringify(content));
    return { mutationId: id };
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
    refuse(!Array.isArray(vectors) || vectors.length === 0 || vectors.length > 1000, "between 1 and 1000 vectors");
    for (const { id, values, namespace, metadata } of vectors) {
      refuse(typeof id !== "string" || !id || bytes(id) > 64, "an id has 1 to 64 bytes");
      refuse(namespace !== undefined && (!namespace || bytes(namespace) > 64), "a namespace has 1 to 64 bytes");
      refuse(metadata && bytes(JSON.stringify(metadata)) > 10240, "metadata has at most 10 KiB");
      this.#refuseOtherShapes(values);
      refuse(!values.every(Number.isFinite), "values are numbers");
    }
    return { ...(await this.#store.write(onConflict, vectors)) };
  }

  insert(vectors) {
    return this.#write(vectors, "IGNORE");
  }

  upsert(vectors) {
    return this.#write(vectors, "REPLACE");
  }

  async deleteByIds(ids) {
    refuse(!Array.isArray(ids) || ids.length === 0 || ids.length > 1000, "between 1 and 1000 ids");
    return { ...(await this.#store.write("DELETE", ids)) };
  }

  async getByIds(ids) {
    refuse(!Array.isArray(ids) || ids.length > 20, "at most 20 ids");
    return this.#store.named(ids);
  }

  async describe() {
    return { dimensions: this.ctx.props.dimensions, ...(await this.#store.seen()) };
  }

  async queryById(id, options) {
    const [vector] = await this.getByIds([id]);
    if (!vector) throw new Error(`VECTOR_QUERY_ERROR: no vector with id ${id}`);
    return this.query(vector.values, options);
  }

  async query(values, { topK = 5, returnValues = false, returnMetadata = "none", namespace, filter } = {}) {
    this.#refuseOtherShapes(values);
    const isWhole = returnValues || returnMetadata === "all" || returnMetadata === true;
    const most = isWhole ? 20 : 100;
    if (topK < 1 || topK > most) throw new Error(`VECTOR_QUERY_ERROR (code = 40025): topK must be at most ${most}`);
    refuse(filter && bytes(JSON.stringify(filter)) >= 2048, "a filter has less than 2048 bytes");
    const metric = this.ctx.props.metric;
    const matches = (await this.#store.within(namespace))
      .filter((vector) => passes(vector.metadata, filter))
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
