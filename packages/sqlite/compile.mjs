// node compile.mjs: makes src/generated/sqlite3.js from SQLite's C source. Takes some minutes and 200 MB of tools, which it gets from npm into a
// folder of its own; so what it gives is kept in the repository.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { transformSync } from 'esbuild';

/** Clang with a C library, as a npm package; one that carries SQLite's source as published (3.40.1, as in Debian 12); what turns WebAssembly into JavaScript. */
const tools = { '@yowasp/clang': '22.0.0-git20542-10', 'better-sqlite3': '8.1.0', binaryen: '132.0.0' };

/** As Debian compiles it, where that makes sense here. */
const options = [
  'SQLITE_OS_OTHER=1', 'SQLITE_THREADSAFE=1', 'SQLITE_OMIT_LOAD_EXTENSION', 'HAVE_LOCALTIME_R=1', 'localtime_r=host_localtime_r', 'HAVE_ISNAN', 'NDEBUG=1',
  'SQLITE_ENABLE_COLUMN_METADATA', 'SQLITE_ENABLE_DBSTAT_VTAB', 'SQLITE_ENABLE_FTS3', 'SQLITE_ENABLE_FTS3_PARENTHESIS', 'SQLITE_ENABLE_FTS3_TOKENIZER', 'SQLITE_ENABLE_FTS4',
  'SQLITE_ENABLE_FTS5', 'SQLITE_ENABLE_MATH_FUNCTIONS', 'SQLITE_ENABLE_RTREE', 'SQLITE_ENABLE_STMTVTAB', 'SQLITE_LIKE_DOESNT_MATCH_BLOBS', 'SQLITE_MAX_VARIABLE_NUMBER=250000',
  'SQLITE_OMIT_LOOKASIDE', 'SQLITE_SECURE_DELETE', 'SQLITE_SOUNDEX', 'SQLITE_USE_URI',
];
/** What the module `_sqlite3` calls. */
const exported = [
  'malloc', 'free', 'sqlite3_aggregate_context', 'sqlite3_backup_finish', 'sqlite3_backup_init', 'sqlite3_backup_pagecount', 'sqlite3_backup_remaining', 'sqlite3_backup_step',
  'sqlite3_bind_blob', 'sqlite3_bind_double', 'sqlite3_bind_int64', 'sqlite3_bind_null', 'sqlite3_bind_parameter_count', 'sqlite3_bind_parameter_name', 'sqlite3_bind_text',
  'sqlite3_blob_bytes', 'sqlite3_blob_close', 'sqlite3_blob_open', 'sqlite3_blob_read', 'sqlite3_blob_write', 'sqlite3_busy_timeout', 'sqlite3_changes', 'sqlite3_clear_bindings',
  'sqlite3_close_v2', 'sqlite3_column_blob', 'sqlite3_column_bytes', 'sqlite3_column_count', 'sqlite3_column_decltype', 'sqlite3_column_double', 'sqlite3_column_int64',
  'sqlite3_column_name', 'sqlite3_column_text', 'sqlite3_column_type', 'sqlite3_complete', 'sqlite3_context_db_handle', 'sqlite3_create_collation_v2',
  'sqlite3_create_function_v2', 'sqlite3_create_window_function', 'sqlite3_data_count', 'sqlite3_db_config', 'sqlite3_db_handle', 'sqlite3_deserialize', 'sqlite3_errcode',
  'sqlite3_errmsg', 'sqlite3_errstr', 'sqlite3_exec', 'sqlite3_expanded_sql', 'sqlite3_extended_errcode', 'sqlite3_finalize', 'sqlite3_free', 'sqlite3_get_autocommit',
  'sqlite3_initialize', 'sqlite3_interrupt', 'sqlite3_last_insert_rowid', 'sqlite3_libversion', 'sqlite3_limit', 'sqlite3_malloc64', 'sqlite3_next_stmt', 'sqlite3_open_v2',
  'sqlite3_prepare_v2', 'sqlite3_progress_handler', 'sqlite3_reset', 'sqlite3_result_blob', 'sqlite3_result_double', 'sqlite3_result_error', 'sqlite3_result_error_nomem',
  'sqlite3_result_error_toobig', 'sqlite3_result_int64', 'sqlite3_result_null', 'sqlite3_result_text', 'sqlite3_serialize', 'sqlite3_set_authorizer', 'sqlite3_shutdown',
  'sqlite3_sleep', 'sqlite3_sql', 'sqlite3_step', 'sqlite3_stmt_busy', 'sqlite3_stmt_readonly', 'sqlite3_stricmp', 'sqlite3_threadsafe', 'sqlite3_total_changes',
  'sqlite3_trace_v2', 'sqlite3_user_data', 'sqlite3_value_blob', 'sqlite3_value_bytes', 'sqlite3_value_double', 'sqlite3_value_int64', 'sqlite3_value_text',
  'sqlite3_value_type', 'sqlite3_vfs_register',
];

/** In the place of wasm2js's own: twice as much at least when there is too little, so that growing does not copy all of it again and again; -1 when there is no more. */
const grow = `
 function __wasm_memory_size() { return pages; }
 function __wasm_memory_grow(more) {
  var before = pages;
  if (before + more > 65535) return -1;
  if (before + more << 16 >>> 0 > buffer.byteLength) {
   var larger;
   try { larger = new ArrayBuffer(Math_min(Math_max(before + more, before * 2), 65535) * 65536); } catch { return -1; }
   HEAPU8 = new Uint8Array(larger);
   HEAPU8.set(new Uint8Array(buffer));
   HEAP8 = new Int8Array(larger);
   HEAP16 = new Int16Array(larger);
   HEAP32 = new Int32Array(larger);
   HEAPU16 = new Uint16Array(larger);
   HEAPU32 = new Uint32Array(larger);
   HEAPF32 = new Float32Array(larger);
   HEAPF64 = new Float64Array(larger);
   buffer = larger;
   bufferView = HEAPU8;
  }
  pages = before + more;
  return before;
 }
 var pages = buffer.byteLength / 65536;
`;

const here = dirname(fileURLToPath(import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'sqlite-'));
const installed = (path) => join(folder, 'node_modules', path);
const run = (command, ...args) => execFileSync(command, args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });

try {
  run('npm', 'install', '--ignore-scripts', '--no-save', ...Object.entries(tools).map(([name, version]) => `${name}@${version}`));
  writeFileSync(join(folder, 'sqlite3.wasm'), await compile());
  lower();
  writeFileSync(join(here, 'src/generated/sqlite3.js'), asModule(readFileSync(join(folder, 'sqlite3.js'), 'utf8')));
} finally {
  rmSync(folder, { recursive: true });
}

/** C to WebAssembly, in the order of the day: nothing but what is exported, a table that can grow, two imports. */
async function compile() {
  const { runClang } = await import(pathToFileURL(installed('@yowasp/clang/gen/bundle.js')));
  const sources = Object.fromEntries(['sqlite3.c', 'sqlite3.h'].map((name) => [name, readFileSync(installed(`better-sqlite3/deps/sqlite3/${name}`))]));
  const objects = await runClang(['clang', '-Oz', '-mcpu=mvp', '-w', ...options.map((option) => `-D${option}`), '-c', 'sqlite3.c', '-o', 'sqlite3.o'], sources);
  const linker = ['--no-entry', '--allow-undefined', '--strip-all', '--export-table', '--growable-table', '-z', 'stack-size=1048576', ...exported.map((name) => `--export=${name}`)];
  return (await runClang(['clang', '-nostartfiles', `-Wl,${linker.join()}`, 'sqlite3.o', '-o', 'sqlite3.wasm'], { 'sqlite3.o': objects['sqlite3.o'] }))['sqlite3.wasm'];
}

/** WebAssembly to JavaScript: first what the C library has of newer instructions becomes older ones. */
function lower() {
  const features = ['bulk-memory', 'bulk-memory-opt', 'sign-ext', 'mutable-globals', 'nontrapping-float-to-int', 'reference-types', 'multivalue'].map((name) => `--enable-${name}`);
  run(process.execPath, installed('binaryen/bin/wasm-opt'), 'sqlite3.wasm', ...features, '--signext-lowering', '--llvm-memory-copy-fill-lowering', '--llvm-nontrapping-fptoint-lowering', '-o', 'lowered.wasm');
  run(process.execPath, installed('binaryen/bin/wasm2js'), 'lowered.wasm', '-O', '-o', 'sqlite3.js');
}

/** wasm2js gives a module that is one instance; this one gives a function that makes them. */
function asModule(text) {
  const [memory, end] = [text.indexOf(' function __wasm_memory_size()'), text.indexOf('var retasmFunc = asmFunc({')];
  const body = text.slice(0, memory).replace("import * as env from 'env';\n", 'export const instantiate = (env) => {\n') + grow + text.slice(text.indexOf(' return {\n', memory), end);
  const { code } = transformSync(`${body}return asmFunc({ env });\n};\n`, { minify: true, target: 'es2022', format: 'esm', charset: 'ascii' });
  return `// Generated by \`node packages/sqlite/compile.mjs\` from SQLite's C source (${Object.entries(tools).map(([name, version]) => `${name} ${version}`).join(', ')}).\n${code}`;
}
