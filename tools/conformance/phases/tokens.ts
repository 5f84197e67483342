import { tok_name, TokenType } from '@py/ast';
import { decodeSource, tokenize } from '@py/tokenizer';
import type { Oracle } from '../../oracle/oracle.ts';
import { refusal, settle } from '../compare.ts';
import type { CorpusFile } from '../corpus.ts';

/** The stream that the parser reads. */
export function compare(oracle: Oracle, file: CorpusFile): string | null {
  const theirs = oracle.tokens(file.source);
  const ours = settle(() => tokenize(file.source, { decode: decodeSource }));
  if (ours.error || !theirs.ok) return refusal(ours.error ?? ours.value.error ?? undefined, theirs);
  const stream = ours.value;
  // The iterator gives nothing for an empty source; the parser gets an ENDMARKER.
  if (file.source.length === 0) return stream.length === 1 && stream.error === null ? null : 'an empty source is more than ENDMARKER';
  const list = theirs.ok.tokens;
  let index = 0;
  for (const token of stream) {
    const other = list[index];
    if (!other) return theirs.ok.error ? null : `token ${index}: ours ${tok_name[token.type]} ${JSON.stringify(token.string)}, CPython has no more`;
    const [type, string, line, column, endLine, endColumn] = other;
    // The oracle asks `_tokenize`, which leaves the column of an empty token open (-1). It shows a NEWLINE without its line end and a
    // doubled brace at the end of FSTRING_MIDDLE as one; the parser sees both whole.
    const hidden = type === TokenType.NEWLINE || type === TokenType.FSTRING_MIDDLE ? Number(type === TokenType.NEWLINE) || stream.values[index] : 0;
    const sameText = type === TokenType.INDENT || (type === TokenType.NEWLINE ? token.string.slice(0, -1) : token.string) === string;
    const sameColumns = column < 0 || (token.col_offset === column && token.end_col_offset - hidden === endColumn);
    if (token.type !== type || !sameText || token.lineno !== line || token.end_lineno !== endLine || !sameColumns) {
      return `token ${index}: ours ${token.lineno},${token.col_offset}-${token.end_lineno},${token.end_col_offset} ${tok_name[token.type]} ${JSON.stringify(token.string)}, ` +
        `CPython ${line},${column}-${endLine},${endColumn} ${tok_name[type]} ${JSON.stringify(string)}`;
    }
    index++;
  }
  if ((stream.error === null) !== (theirs.ok.error === undefined)) return `error: ours ${stream.error?.message ?? 'none'}, CPython ${theirs.ok.error?.msg ?? 'none'}`;
  return index === list.length || stream.error ? null : `CPython has ${list.length - index} tokens more`;
}
