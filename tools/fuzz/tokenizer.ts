// The tokenizer on anything: both views, every mode, and what must hold for every stream.
import type { TokenStream } from '@py/ast';
import { decodeSource, generateTokens, readProgramFile, tokenize, TokenizerIter } from '@py/tokenizer';
import { program, type FuzzTarget } from './targets.ts';

export const target: FuzzTarget = {
  input: program,
  allowed: ['PySyntaxError'],
  run(input) {
    // A very large input is read once: eight times would look like a hang.
    if (input.length > 100_000) return check(tokenize(input));
    for (const mode of ['exec', 'eval', 'single'] as const) check(tokenize(input, { mode, decode: decodeSource, typeComments: mode === 'single' }));
    check(tokenize(readProgramFile(input, 'fuzz.py', decodeSource)));
    check(tokenize(latin1(input), { featureVersion: 6 }));
    const lines = latin1(input).split('\n');
    const parserView = new TokenizerIter(() => lines.shift() ?? null, { extraTokens: false });
    for (const tokens of [generateTokens(input, decodeSource), generateTokens(latin1(input)), parserView]) {
      try {
        for (const token of tokens) if (token.start[0] > token.end[0]) throw new Error(`a token ends before it starts: ${JSON.stringify(token)}`);
      } catch (error) {
        if ((error as Error).name !== 'PySyntaxError') throw error;
      }
    }
  },
};

function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
}

/** Tokens follow one another, lie in the source and in the lines they say, and end with ENDMARKER or an error. */
function check(stream: TokenStream): void {
  const { length, types, starts, ends, lines, endLines, lineStarts, source, strings, values } = stream;
  let last = 0;
  for (let i = 0; i < length; i++) {
    const what = `token ${i} (type ${types[i]})`;
    if (starts[i] < last || ends[i] < starts[i] || ends[i] > source.length) throw new Error(`${what}: bytes ${starts[i]} to ${ends[i]} after ${last}`);
    last = ends[i];
    if (length > 1 && (lineStarts[lines[i] - 1] > starts[i] || lineStarts[endLines[i] - 1] > ends[i])) throw new Error(`${what}: not in lines ${lines[i]} to ${endLines[i]}`);
    if (types[i] === 1 && values[i] >= strings.length) throw new Error(`${what}: name ${values[i]} of ${strings.length}`);
    stream.text(i);
  }
  if (stream.error === null && types[length - 1] !== 0) throw new Error('no ENDMARKER');
  if ((stream.error === null) !== (stream.errorCode === null)) throw new Error('an error without a code');
  for (const token of stream) if (Number.isNaN(token.col_offset) && length > 1) throw new Error('a token without a column');
}
