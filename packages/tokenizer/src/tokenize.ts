import type { TokenStream, WarningCallback } from '@py/ast';
import { unmakeAsyncKeywords } from './async.ts';
import { cleaned, decodeBasic, readBytes, readText } from './encoding.ts';
import type { SourceDecoder, SourceText } from './encoding.ts';
import { scanTokens } from './scanner.ts';
import { Scan } from './state.ts';

/** How to read the source; each as in Python's `compile`. */
export interface TokenizeOptions {
  /** For error messages; `<string>` unless given. */
  readonly filename?: string;
  /** `exec` (the default) ends a last line that has no line end; `single` closes open blocks at the end of the source. */
  readonly mode?: 'exec' | 'eval' | 'single' | 'func_type';
  /** Make `# type: int` a TYPE_COMMENT token, and `# type: ignore` an entry of `typeIgnores`. */
  readonly typeComments?: boolean;
  /** The minor version of Python 3: below 7, `async` and `await` are keywords only in and before an `async def`. */
  readonly featureVersion?: number;
  /** In `single` mode, leave blocks open at the end of the source (`PyCF_DONT_IMPLY_DEDENT`), as an interactive prompt wants. */
  readonly dontImplyDedent?: boolean;
  /** Decodes bytes whose cookie names anything but UTF-8, ASCII or Latin-1: `decodeSource` knows the codecs of Python. */
  readonly decode?: SourceDecoder;
  /** Called for each warning, in order; see `WarningCallback`. */
  readonly onWarning?: WarningCallback;
}

/**
 * Reads Python source into tokens, as CPython's parser gets them. Bytes are decoded by their BOM or coding cookie, as by `compile`; text
 * is taken as it is; for the bytes of a file that is to run, see `readProgramFile`. Never throws for what is wrong in the source: see
 * `TokenStream.error`.
 */
export function tokenize(source: string | Uint8Array | SourceText, options: TokenizeOptions = {}): TokenStream {
  const { filename = '<string>', mode = 'exec', decode = decodeBasic, onWarning, featureVersion = 12 } = options;
  const text =
    typeof source === 'string' ? readText(source, filename) : source instanceof Uint8Array ? readBytes(source, filename, mode === 'exec', decode) : source;
  let s = scan(text, filename, mode, options);
  // Few sources have a `\r`, and none that is right has a NUL: nobody looks before the scanner meets one, or finds another error.
  if (s.error !== null && text.error === null) {
    const clean = cleaned(text.bytes, filename);
    if (clean.bytes !== text.bytes) s = scan(clean, filename, mode, options);
  }
  if (onWarning) s.warnings.forEach(onWarning);
  if (featureVersion < 7) unmakeAsyncKeywords(s);
  return s;
}

function scan({ bytes, error }: SourceText, filename: string, mode: string, options: TokenizeOptions): Scan {
  const length = bytes.length - 1;
  const implicitNewline = length > 0 && bytes[length - 1] !== 10;
  // A line end stands after the input in any case; in `exec` mode it is part of the source.
  const s = new Scan(implicitNewline ? bytes : bytes.subarray(0, length), implicitNewline && mode === 'exec' ? length + 1 : length, { ...options, filename, mode });
  s.endError = error;
  s.implicitNewline = implicitNewline;
  scanTokens(s);
  return s;
}
