import { isCodeObject, reprStr } from '@py/code';
import type { CodeObject, Compile, Constant, HostFiles, PycFormat, PycHeader } from '@py/code';
import { readFile, unlessRefused, writeFileAtomically } from './files.ts';
import { cachePath } from './finder.ts';
import type { FinderOptions } from './finder.ts';

export interface LoaderOptions extends FinderOptions {
  readonly files: HostFiles;
  readonly compile: Compile;
  readonly pyc: PycFormat;
  readonly dontWriteBytecode?: boolean;
  readonly checkHashBasedPycs?: 'default' | 'always' | 'never';
}

/** What a source was when its `.pyc` was looked at. */
interface SourceState {
  /** Seconds. */
  readonly mtime: number;
  readonly size: number;
}

/** Gets code from sources and `.pyc` files. CPython 3.12: SourceLoader.get_code, SourcelessFileLoader.get_code. */
export class Loader {
  private readonly options: LoaderOptions;

  constructor(options: LoaderOptions) {
    this.options = options;
  }

  /** The code of a `.pyc` that stands in a source's place. */
  bytecode(name: string, path: string): CodeObject {
    const { pyc, files } = this.options;
    const { code } = pyc.readPyc(readFile(files, path), { name, path });
    this.say(`code object from ${reprStr(path)}`);
    return code;
  }

  /** The code of a source file, from its `.pyc` if that fits; else compiled, and the `.pyc` written. */
  source(name: string, path: string): CodeObject {
    const { options } = this;
    const { files, pyc } = options;
    const cached = cachePath(files, path, options);
    const state = sourceState(files, path);
    let source: Uint8Array | null = null;
    const readSource = (): Uint8Array => (source ??= readFile(files, path));

    let outdated: PycHeader | null = null;
    const bytes = state && unlessRefused(() => readFile(files, cached));
    if (state && bytes) {
      const { header, fits } = this.checkCached(name, bytes, state, readSource);
      if (fits) {
        this.say(`${cached} matches ${path}`);
        const { code } = pyc.readPyc(bytes, { name, path: cached });
        this.say(`code object from ${reprStr(cached)}`);
        return withFilename(code, path);
      }
      outdated = header;
    }

    const code = options.compile(readSource(), { filename: path, mode: 'exec', optimize: options.optimize ?? 0 });
    this.say(`code object from ${path}`);
    if (state && !options.dontWriteBytecode) this.writeCached(path, cached, code, freshHeader(pyc, outdated, state, readSource()));
    return code;
  }

  /** The header of a `.pyc`, null if there is none, and whether the file may be used. */
  private checkCached(name: string, bytes: Uint8Array, state: SourceState, readSource: () => Uint8Array): { header: PycHeader | null; fits: boolean } {
    const { pyc, checkHashBasedPycs = 'default' } = this.options;
    let header: PycHeader | null = null;
    try {
      header = pyc.readPycHeader(bytes, name);
      if (header.kind === 'timestamp') {
        pyc.checkPycHeader(header, state, name);
      } else if (checkHashBasedPycs !== 'never' && (header.checkSource || checkHashBasedPycs === 'always')) {
        pyc.checkPycHeader(header, { hash: pyc.sourceHash(readSource()) }, name);
      }
      return { header, fits: true };
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'PycError') throw error;
      this.say(error.message);
      return { header, fits: false };
    }
  }

  /** Best effort: a folder that cannot be written to is no error. */
  private writeCached(path: string, cached: string, code: CodeObject, header: PycHeader): void {
    const { files, pyc } = this.options;
    const failure = writeFileAtomically(files, cached, pyc.writePyc(code, header), cacheMode(files, path));
    this.say(failure ? `could not create ${reprStr(failure.path)}: ${failure.reason}` : `created ${reprStr(cached)}`);
  }

  private say(message: string): void {
    this.options.verbose?.(message, 1);
  }
}

/** A hash-based `.pyc` stays one, and keeps saying whether it wants to be checked. */
function freshHeader(pyc: PycFormat, outdated: PycHeader | null, state: SourceState, source: Uint8Array): PycHeader {
  if (outdated?.kind === 'hash') return { kind: 'hash', hash: pyc.sourceHash(source), checkSource: outdated.checkSource };
  return { kind: 'timestamp', mtime: state.mtime, size: source.length };
}

function sourceState(files: HostFiles, path: string): SourceState | null {
  const stat = unlessRefused(() => files.stat(path));
  // Whole seconds, towards zero as Python's int().
  return stat && { mtime: Number(stat.mtimeNs / 1_000_000_000n), size: stat.size };
}

/** The source's permissions, writable so that the next version can replace it. */
function cacheMode(files: HostFiles, path: string): number {
  return ((unlessRefused(() => files.stat(path).mode) ?? 0o666) | 0o200) & 0o666;
}

/** The same code with another `co_filename`, also inside: a moved `.pyc` names its present source. CPython 3.12: _imp._fix_co_filename. */
function withFilename(code: CodeObject, filename: string): CodeObject {
  const old = code.co_filename;
  if (old === filename) return code;
  const rename = (inner: CodeObject): CodeObject => {
    if (inner.co_filename !== old) return inner;
    const co_consts = inner.co_consts.map((constant): Constant => (isCodeObject(constant) ? rename(constant) : constant));
    return inner.replace({ co_filename: filename, co_consts });
  };
  return rename(code);
}
