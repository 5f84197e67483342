import { codeToJson } from '@py/code';
import { compileSource } from '@py/python/pipeline';
import type { Oracle } from '../../oracle/oracle.ts';
import { filename, refusal, settle, type PhaseSettings } from '../compare.ts';
import type { CorpusFile } from '../corpus.ts';
import { dataDifference } from '../difference.ts';

/** Every `co_*` field, recursively. */
export function compare(oracle: Oracle, file: CorpusFile, { optimize }: PhaseSettings): string | null {
  const theirs = oracle.code(file.source, { mode: file.mode, filename, optimize });
  const ours = settle(() => sortSets(codeToJson(compileSource(file.source, { filename, mode: file.mode, optimize }))));
  if (ours.error || !theirs.ok) return refusal(ours.error, theirs);
  return dataDifference(ours.value, sortSets(theirs.ok));
}

/** Frozensets in one order: that of their text. (CPython's own depends on hashes; marshal has its own, compared as `pyc`.) */
export function sortSets<T>(data: T): T {
  return JSON.parse(JSON.stringify(data), (key: string, value: unknown) =>
    key === 'frozenset' ? (value as unknown[]).map((item) => JSON.stringify(item)).sort() : value,
  ) as T;
}
