import { dumps } from '@py/pyc';
import { compileSource } from '@py/python/pipeline';
import type { Oracle } from '../../oracle/oracle.ts';
import { filename, refusal, settle, type PhaseSettings } from '../compare.ts';
import type { CorpusFile } from '../corpus.ts';
import { dataDifference, textDifference } from '../difference.ts';
import { flattenMarshal } from '../marshal.ts';
import { sortSets } from './code.ts';

/** `marshal.dumps` with references resolved; and CPython must read ours to an equal code object. */
export function compare(oracle: Oracle, file: CorpusFile, { optimize }: PhaseSettings): string | null {
  const theirs = oracle.marshal(file.source, { mode: file.mode, filename, optimize });
  const ours = settle(() => dumps(compileSource(file.source, { filename, mode: file.mode, optimize })));
  if (ours.error || !theirs.ok) return refusal(ours.error, theirs);
  if (ours.value.length > theirs.ok.length * 1.03 + 16) return `ours has ${ours.value.length} bytes, CPython's ${theirs.ok.length}`;
  const difference = textDifference(flattenMarshal(ours.value), flattenMarshal(theirs.ok));
  if (difference) return difference;
  const read = oracle.unmarshal(ours.value);
  if (!read.ok) return `CPython cannot read ours: ${read.error?.msg}`;
  return dataDifference(sortSets(read.ok), sortSets(oracle.code(file.source, { mode: file.mode, filename, optimize }).ok), 'read by CPython');
}
