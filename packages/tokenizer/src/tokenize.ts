import type { TokenStream, WarningCallback } from '@py/ast';
import { NAME_PADDING } from './names.ts';
import { scanTokens } from './scanner.ts';
import { Scan } from './state.ts';
import { ScannedTokens } from './stream.ts';
import { encodeUtf8 } from './utf8.ts';

/** How to read the source; each as in Python's `compile`. */
export interface TokenizeOptions {
  /** For error messages; `<string>` unless given. */
  readonly filename?: string;
  /** `exec` (the default) ends a last line that has no line end; `single` closes open blocks at the end of the source. */
  readonly mode?: 'exec' | 'eval' | 'single' | 'func_type';
  /** Make `# type: int` a TYPE_COMMENT token, and `# type: ignore` an entry of `typeIgnores`. */
  readonly typeComments?: boolean;
  /** In `single` mode, leave blocks open at the end of the source (`PyCF_DONT_IMPLY_DEDENT`), as an interactive prompt wants. */
  readonly dontImplyDedent?: boolean;
  /** Called for each warning, in order; see `WarningCallback`. */
  readonly onWarning?: WarningCallback;
}

/** Reads Python source into tokens, as CPython's parser gets them. Never throws for what is wrong in the text: see `TokenStream.error`. */
export function tokenize(source: string | Uint8Array, options: TokenizeOptions = {}): TokenStream {
  const mode = options.mode ?? 'exec';
  const input = typeof source === 'string' ? encodeUtf8(source) : source;
  const text = withLineEnds(input, typeof source === 'string' ? 0 : bomSize(input));
  const length = text.length - 1;
  const implicitNewline = length > 0 && text[length - 1] !== 10;
  // A line end stands after the input in any case; in `exec` mode it is part of the source.
  const end = implicitNewline && mode === 'exec' ? length + 1 : length;
  const s = new Scan(implicitNewline ? text : text.subarray(0, length), end, {
    filename: options.filename ?? '<string>',
    typeComments: options.typeComments ?? false,
    warn: options.onWarning ?? null,
    single: mode === 'single',
    implyDedent: !(options.dontImplyDedent ?? false),
    extraTokens: false,
  });
  scanTokens(s);
  return new ScannedTokens(s, implicitNewline);
}

/** A copy of `input` from `start` on with `\r\n` and `\r` as `\n`, with one more `\n` at the end, and room for `NAME_PADDING` bytes after it. */
function withLineEnds(input: Uint8Array, start: number): Uint8Array {
  const size = input.length - start + 1;
  const text = new Uint8Array(new ArrayBuffer(size + NAME_PADDING), 0, size);
  text.set(start > 0 ? input.subarray(start) : input);
  text[text.length - 1] = 10;
  const first = text.indexOf(13);
  if (first < 0) return text;
  let to = first;
  for (let from = first; from < text.length; from++) {
    const c = text[from];
    text[to++] = c === 13 ? 10 : c;
    if (c === 13 && text[from + 1] === 10 && from + 2 < text.length) from++;
  }
  return text.subarray(0, to);
}

function bomSize(input: Uint8Array): number {
  return input[0] === 0xef && input[1] === 0xbb && input[2] === 0xbf ? 3 : 0;
}
