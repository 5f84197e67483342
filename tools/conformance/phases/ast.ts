import { dump } from '@py/ast';
import { parse } from '@py/parser';
import { unicodeName } from '@py/parser/unicode-names';
import { decodeSource, tokenize } from '@py/tokenizer';
import type { Oracle } from '../../oracle/oracle.ts';
import { filename, refusal, settle } from '../compare.ts';
import type { CorpusFile } from '../corpus.ts';
import { textDifference } from '../difference.ts';

/** `ast.dump` with all positions. */
export function compare(oracle: Oracle, file: CorpusFile): string | null {
  const theirs = oracle.dump(file.source, { mode: file.mode, filename });
  const ours = settle(() => dump(parse(tokenize(file.source, { filename, mode: file.mode, decode: decodeSource }), { mode: file.mode, unicodeName }), { include_attributes: true }));
  if (ours.error || theirs.ok === undefined) return refusal(ours.error, theirs);
  return textDifference(ours.value, theirs.ok);
}
