import { dis } from '@py/code';
import { compileSource } from '@py/python/pipeline';
import type { Oracle } from '../../oracle/oracle.ts';
import { filename, refusal, settle, type PhaseSettings } from '../compare.ts';
import type { CorpusFile } from '../corpus.ts';
import { textDifference } from '../difference.ts';

/** The text of `dis.dis`, code objects inside too, with and without caches. */
export function compare(oracle: Oracle, file: CorpusFile, { optimize }: PhaseSettings): string | null {
  const settings = { mode: file.mode, filename, optimize };
  const ours = settle(() => compileSource(file.source, settings));
  for (const showCaches of [false, true]) {
    const theirs = oracle.dis(file.source, { ...settings, showCaches });
    if (ours.error || theirs.ok === undefined) return refusal(ours.error, theirs);
    const difference = textDifference(withSortedSets(dis(ours.value, { showCaches, addressOf: () => '0x0' })), withSortedSets(theirs.ok));
    if (difference) return difference;
  }
  return null;
}

/** How CPython orders a frozenset's items depends on its hash seed: put their characters in one order. */
function withSortedSets(text: string): string {
  return text.replace(/frozenset\(\{.*\}\)/g, (set) => [...set].sort().join(''));
}
