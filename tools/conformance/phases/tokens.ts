import { tok_name } from '@py/ast';
import { tokenize } from '@py/tokenizer';
import type { Oracle } from '../../oracle/oracle.ts';
import { filename, refusal, settle } from '../compare.ts';
import type { CorpusFile } from '../corpus.ts';

/** The stream that the parser reads. */
export function compare(oracle: Oracle, file: CorpusFile): string | null {
  const theirs = oracle.tokens(file.source);
  const ours = settle(() => tokenize(file.source, { filename }));
  if (ours.error || !theirs.ok) return refusal(ours.error, theirs);
  const stream = ours.value;
  const list = theirs.ok.tokens;
  let index = 0;
  for (const token of stream) {
    const other = list[index];
    if (!other) return theirs.ok.error ? null : `token ${index}: ours ${tok_name[token.type]} ${JSON.stringify(token.string)}, CPython has no more`;
    const [type, string, line, column, endLine, endColumn] = other;
    // CPython leaves the column of an empty token open (-1), and its NEWLINE covers a comment before it.
    const sameText = token.string === string || type === 4 || type === 5;
    const sameColumns = column < 0 || (token.col_offset === column && token.end_col_offset === endColumn);
    if (token.type !== type || !sameText || token.lineno !== line || token.end_lineno !== endLine || !sameColumns) {
      return `token ${index}: ours ${token.lineno},${token.col_offset}-${token.end_lineno},${token.end_col_offset} ${tok_name[token.type]} ${JSON.stringify(token.string)}, ` +
        `CPython ${line},${column}-${endLine},${endColumn} ${tok_name[type]} ${JSON.stringify(string)}`;
    }
    index++;
  }
  if ((stream.error === null) !== (theirs.ok.error === undefined)) return `error: ours ${stream.error?.message ?? 'none'}, CPython ${theirs.ok.error?.msg ?? 'none'}`;
  return index === list.length || stream.error ? null : `CPython has ${list.length - index} tokens more`;
}
