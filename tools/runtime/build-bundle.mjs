// Writes the Pyodide bundle of workerd's `dev` Python release: node build-bundle.mjs <pyodide folder> <bundle>
//
// workerd has its own Python runtime. The bundle adds three modules to it: the Emscripten glue, the
// interpreter and its standard library. The glue must call workerd's hooks where a browser's API is missing:
// those are exported by `pyodide-internal:builtin_wrappers` or set on Module.
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const HOOKS = [
  "addEventListener", "getRandomValues", "location", "monotonicDateNow",
  "newWasmModule", "patchedApplyFunc", "patchedLoadLibData", "wasmInstantiate",
];

// Each edit tells how often its text occurs: another pyodide version stops the build instead of running wrongly.
const EDITS = [
  { times: 1, from: "async function _createPyodideModule(", to: "export async function _createPyodideModule(" },
  { times: 1, from: "export default _createPyodideModule;", to: "" },
  { times: 3, from: "import.meta.url", to: '"file:///pyodide.asm.mjs"' },
  { times: 4, from: "new WebAssembly.Module(", to: "newWasmModule(" },
  { times: 1, from: "WebAssembly.instantiate(binary,info)", to: "wasmInstantiate(binary,info)" },
  { times: 1, from: "crypto.getRandomValues(view)", to: "getRandomValues(Module,view)" },
  { times: 16, from: "=Date.now()", to: "=monotonicDateNow()" },
  {
    times: 1,
    from: "Function.prototype.apply.apply(func,[this_,args])",
    to: "patchedApplyFunc(Module.API,func,this_,args)",
  },
  // Extension modules are compiled by workerd, which forbids it to the glue.
  {
    times: 1,
    from: "function loadLibData(){",
    to: "function loadLibData(){" +
      "var lib=patchedLoadLibData(Module,libName,flags.rpath);return flags.loadAsync?Promise.resolve(lib):lib;",
  },
  // A MessageChannel belongs to the request that made it; without one the glue uses timers.
  { times: 1, from: 'typeof globalThis.MessageChannel=="function"', to: "false" },
  // A snapshot needs the addresses of libraries and of foreign-function closures.
  {
    times: 1,
    from: "getMemory(metadata.memorySize+memAlign)",
    to: "Module.getMemoryPatched(Module,libName,metadata.memorySize+memAlign)",
  },
  {
    times: 1,
    from: "HEAPU32[(closure>>2)+0>>>0]=index;return closure}",
    to: "HEAPU32[(closure>>2)+0>>>0]=index;Module.recordFfiClosureAlloc?.(closure,index);return closure}",
  },
  {
    times: 1,
    from: "freeTableIndexes.push(index);_free(closure)}",
    to: "freeTableIndexes.push(index);Module.recordFfiClosureFree?.(closure,index);_free(closure)}",
  },
];

function patchedGlue(source) {
  let glue = source;
  for (const { times, from, to } of EDITS) {
    const parts = glue.split(from);
    if (parts.length !== times + 1) {
      throw new Error(`this pyodide has ${parts.length - 1} instead of ${times} times: ${from}`);
    }
    glue = parts.join(to);
  }
  return `import {${HOOKS}} from "pyodide-internal:builtin_wrappers";\n${glue}`;
}

const WORD = 8;
const MODULE_WORDS = 5; // one of data, four pointers: name, content and two that stay empty
const INTERNAL = 2;
const CONTENT = { source: 0, wasm: 1, data: 2 };
const LIST_OF_BYTES = 2;
const LIST_OF_STRUCTS = 7;

// A Cap'n Proto message of one segment: struct Bundle { modules :List(Module) }.
function bundleMessage(modules) {
  const firstModule = 3; // after the root pointer, the list pointer and the list's tag
  const head = Buffer.alloc((firstModule + modules.length * MODULE_WORDS) * WORD);
  const blobs = [];
  let end = head.length / WORD;

  const pointTo = (word, bytes) => {
    head.writeUInt32LE((((end - word - 1) << 2) | 1) >>> 0, word * WORD);
    head.writeUInt32LE(((bytes.length << 3) | LIST_OF_BYTES) >>> 0, word * WORD + 4);
    const words = Math.ceil(bytes.length / WORD);
    blobs.push(bytes, Buffer.alloc(words * WORD - bytes.length));
    end += words;
  };

  head.writeUInt16LE(1, 6); // the root struct has no data and one pointer
  head.writeUInt32LE(1, WORD);
  head.writeUInt32LE(((modules.length * MODULE_WORDS) << 3) | LIST_OF_STRUCTS, WORD + 4);
  head.writeUInt32LE(modules.length << 2, 2 * WORD);
  head.writeUInt16LE(1, 2 * WORD + 4);
  head.writeUInt16LE(4, 2 * WORD + 6);
  modules.forEach(({ name, kind, content }, index) => {
    const word = firstModule + index * MODULE_WORDS;
    head.writeUInt16LE(INTERNAL, word * WORD);
    head.writeUInt16LE(kind, word * WORD + 2);
    pointTo(word + 1, Buffer.from(`${name}\0`));
    pointTo(word + 2, content);
  });

  const segmentTable = Buffer.alloc(WORD);
  segmentTable.writeUInt32LE(end, 4);
  return Buffer.concat([segmentTable, head, ...blobs]);
}

const [pyodide, bundle] = process.argv.slice(2);
const file = (name) => readFileSync(join(pyodide, name));
const message = bundleMessage([
  { name: "pyodideRuntime-internal:pyodide.asm", kind: CONTENT.source, content: Buffer.from(patchedGlue(file("pyodide.asm.mjs").toString())) },
  { name: "pyodideRuntime-internal:pyodide.asm.wasm", kind: CONTENT.wasm, content: file("pyodide.asm.wasm") },
  { name: "pyodideRuntime-internal:python_stdlib.zip", kind: CONTENT.data, content: file("python_stdlib.zip") },
]);
writeFileSync(`${bundle}.${process.pid}`, message);
renameSync(`${bundle}.${process.pid}`, bundle); // another run may be reading it
