// CPython 3.12.7 (npm pyodide@0.27.7) as something to ask. One instance serves a whole run: it takes about 1.5 s to start.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CodeJson } from '@py/code';
import { foldersIn, root } from '../lib/files.ts';

/** What an exception says; the fields after `msg` are there for SyntaxError and its subclasses only. */
export interface OracleError {
  readonly class: string;
  readonly msg: string;
  readonly filename?: string | null;
  readonly lineno?: number | null;
  readonly offset?: number | null;
  readonly end_lineno?: number | null;
  readonly end_offset?: number | null;
  readonly text?: string | null;
}

export interface OracleWarning {
  readonly category: string;
  readonly message: string;
  readonly filename: string;
  readonly lineno: number;
}

/** `ok` or `error`, never both. */
export interface Answer<T> {
  readonly ok?: T;
  readonly error?: OracleError;
  readonly warnings: readonly OracleWarning[];
}

/** type, string, line, column, end line, end column (columns in UTF-8 bytes from 0). */
export type OracleToken = readonly [number, string, number, number, number, number];

/** The same with columns in characters and, last, the physical line. */
export type TokenizeToken = readonly [number, string, number, number, number, number, string];

/** Tokens up to the first error, if there is one. */
export interface TokenList<T> {
  readonly tokens: readonly T[];
  readonly error?: OracleError & { readonly args?: string };
}

/** A `_symtable` entry. `symbols` maps the mangled name to `flags | scope << 12`. */
export interface TableJson {
  readonly name: string;
  readonly type: number;
  readonly lineno: number;
  readonly nested: boolean;
  readonly symbols: Readonly<Record<string, number>>;
  readonly varnames: readonly string[];
  readonly children: readonly TableJson[];
}

export interface ProgramResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number;
}

/** `filename` is what the code object carries; default `<string>`. */
export interface SourceOptions {
  readonly mode?: 'exec' | 'eval' | 'single';
  readonly filename?: string;
}

export interface CompileOptions extends SourceOptions {
  readonly optimize?: 0 | 1 | 2;
}

interface Pyodide {
  readonly FS: { writeFile(path: string, data: Uint8Array): void; mkdirTree(path: string): void };
  runPython(code: string): unknown;
  mountNodeFS(at: string, folder: string): void;
}

const here = dirname(fileURLToPath(import.meta.url));

export class Oracle {
  private readonly pyodide: Pyodide;
  private readonly callPython: (name: string, ...args: unknown[]) => string;

  private constructor(pyodide: Pyodide) {
    this.pyodide = pyodide;
    this.callPython = pyodide.runPython('oracle.call') as (name: string, ...args: unknown[]) => string;
  }

  /** Starts Pyodide with a fixed hash seed. */
  static async start(): Promise<Oracle> {
    const require = createRequire(import.meta.url);
    const folder = dirname(require.resolve('pyodide/package.json'));
    const { loadPyodide } = require(join(folder, 'pyodide.js')) as { loadPyodide(options: object): Promise<Pyodide> };
    const pyodide = await loadPyodide({ indexURL: folder, env: { PYTHONHASHSEED: '0', HOME: '/home/pyodide' } });
    pyodide.FS.mkdirTree('/oracle');
    pyodide.FS.writeFile('/oracle/oracle.py', readFileSync(join(here, 'oracle.py')));
    pyodide.FS.mkdirTree('/repository');
    pyodide.mountNodeFS('/repository', root);
    pyodide.runPython('import sys; sys.dont_write_bytecode = True; sys.path.insert(0, "/oracle"); import oracle; sys.path.pop(0)');
    return new Oracle(pyodide);
  }

  /** What the parser reads: the C tokenizer's stream, without comments and blank lines. */
  tokens(source: string | Uint8Array): Answer<TokenList<OracleToken>> {
    return this.ask('tokens', source);
  }

  /** What `tokenize.tokenize` (bytes) or `tokenize.generate_tokens` (text) gives. */
  tokenizeModule(source: string | Uint8Array): Answer<TokenList<TokenizeToken>> {
    return this.ask('tokenize_module', source);
  }

  /** `ast.dump`'s text, with positions unless `attributes` is false. */
  dump(source: string | Uint8Array, options: { readonly mode?: string; readonly attributes?: boolean; readonly indent?: number | null; readonly filename?: string; readonly typeComments?: boolean } = {}): Answer<string> {
    return this.ask('dump', source, options.mode ?? 'exec', options.attributes ?? true, options.indent ?? undefined, options.filename ?? '<string>', options.typeComments ?? false);
  }

  symbolTable(source: string | Uint8Array, options: SourceOptions = {}): Answer<TableJson> {
    return this.ask('symbol_table', source, options.mode ?? 'exec', options.filename ?? '<string>');
  }

  /** Every `co_*` field, recursively. */
  code(source: string | Uint8Array, options: CompileOptions = {}): Answer<CodeJson> {
    return this.ask('code', source, ...compileArguments(options));
  }

  /** `marshal.dumps(compile(…))`: a `.pyc` without its 16 bytes of header. */
  marshal(source: string | Uint8Array, options: CompileOptions = {}): Answer<Uint8Array> {
    return this.askBytes('marshalled', source, options);
  }

  /** The `.pyc` that `py_compile` would write for a source changed at the epoch. */
  pyc(source: string | Uint8Array, options: CompileOptions = {}): Answer<Uint8Array> {
    return this.askBytes('pyc', source, options);
  }

  private askBytes(name: string, source: string | Uint8Array, options: CompileOptions): Answer<Uint8Array> {
    const answer = this.ask<string>(name, source, ...compileArguments(options));
    return answer.ok === undefined ? { error: answer.error, warnings: answer.warnings } : { ok: Buffer.from(answer.ok, 'base64'), warnings: answer.warnings };
  }

  /** `dis.dis`'s text; object addresses are `0x0`. */
  dis(source: string | Uint8Array, options: CompileOptions & { readonly showCaches?: boolean } = {}): Answer<string> {
    return this.ask('disassembly', source, ...compileArguments(options), options.showCaches ?? false);
  }

  /** What compiling raises and warns. */
  errors(source: string | Uint8Array, options: CompileOptions & { readonly flags?: number; readonly featureVersion?: number } = {}): Answer<null> {
    return this.ask('errors', source, ...compileArguments(options), options.flags ?? 0, options.featureVersion ?? -1);
  }

  /** The code object in marshal bytes that someone else wrote, as CPython reads it. */
  unmarshal(bytes: Uint8Array): Answer<CodeJson> {
    return this.ask('unmarshalled', bytes);
  }

  /** Runs a file of this repository as `python FILE` does, with its folder as the working directory. Paths in the output lose that folder. */
  run(file: string, options: { readonly args?: readonly string[]; readonly stdin?: string } = {}): ProgramResult {
    const path = resolve(file);
    if (!path.startsWith(root)) throw new Error(`not in the repository: ${file}`);
    const mounted = `/repository${path.slice(root.length)}`;
    const result = this.call('run', mounted, JSON.stringify(options.args ?? []), options.stdin ?? '') as ProgramResult;
    return withoutFolder(result, dirname(mounted));
  }

  /** Evaluates any Python expression to a str: for facts that have no method of their own. */
  evaluate(expression: string): string {
    return String(this.pyodide.runPython(`str(${expression})`));
  }

  private ask<T>(name: string, source: string | Uint8Array, ...rest: unknown[]): Answer<T> {
    // Pyodide knows typed arrays, not Node's Buffer.
    const plain = source instanceof Uint8Array ? new Uint8Array(source.buffer, source.byteOffset, source.length) : source;
    return this.call(name, plain, ...rest) as Answer<T>;
  }

  private call(name: string, ...args: unknown[]): unknown {
    let text: string;
    try {
      text = this.callPython(name, ...args);
    } catch (error) {
      // A new error: the original makes Node print a line of pyodide.asm.js, 700 KB of it.
      throw new Error(`oracle.py: ${(error as Error).message}`);
    }
    return JSON.parse(text);
  }
}

function compileArguments(options: CompileOptions): unknown[] {
  return [options.mode ?? 'exec', options.filename ?? '<string>', options.optimize ?? 0];
}

function withoutFolder(result: ProgramResult, folder: string): ProgramResult {
  return { stdout: result.stdout.replaceAll(`${folder}/`, ''), stderr: result.stderr.replaceAll(`${folder}/`, ''), status: result.status };
}

/** A native CPython 3.12 (`PYTHON312`, pyenv, PATH), or null. For speed comparisons and for programs that need 64 bits, threads or processes. */
export function findNativePython(): string | null {
  const pyenv = process.env['PYENV_ROOT'] ?? join(process.env['HOME'] ?? '/', '.pyenv');
  const candidates = [process.env['PYTHON312'], join(pyenv, 'versions/3.12.7/bin/python3'), ...pyenvVersions(pyenv), 'python3.12', 'python3'];
  for (const candidate of candidates) {
    if (!candidate) continue;
    const result = spawnSync(candidate, ['-c', 'import sys; print(sys.implementation.name, *sys.version_info[:2])'], { encoding: 'utf8' });
    if (result.status === 0 && result.stdout.trim() === 'cpython 3 12') return candidate;
  }
  return null;
}

function pyenvVersions(pyenv: string): string[] {
  const names = foldersIn(join(pyenv, 'versions')).filter((name) => name.startsWith('3.12.'));
  return names.map((name) => join(pyenv, 'versions', name, 'bin/python3'));
}

/** Runs a file with a native CPython 3.12, as {@link Oracle.run} does with Pyodide's. */
export function runNative(python: string, file: string, options: { readonly args?: readonly string[]; readonly stdin?: string } = {}): ProgramResult {
  const path = resolve(file);
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], LANG: 'C.UTF-8', PYTHONHASHSEED: '0', PYTHONDONTWRITEBYTECODE: '1', PYTHONUTF8: '1' };
  const result = spawnSync(python, [path, ...(options.args ?? [])], { cwd: dirname(path), env, input: options.stdin ?? '', encoding: 'utf8', maxBuffer: 1 << 28 });
  return withoutFolder({ stdout: result.stdout, stderr: result.stderr, status: result.status ?? -1 }, dirname(path));
}
