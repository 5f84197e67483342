// How our answer for a source is set against CPython's.
import type { PySyntaxError } from '@py/ast';
import type { Answer, Oracle, OracleError } from '../oracle/oracle.ts';
import type { CorpusFile } from './corpus.ts';
import { dataDifference } from './difference.ts';

export interface PhaseSettings {
  readonly optimize: 0 | 1 | 2;
}

/** Null means identical; otherwise the first difference, in one line. Each file in phases/ exports one as `compare`. */
export type ComparePhase = (oracle: Oracle, file: CorpusFile, settings: PhaseSettings) => string | null;

/** What `co_filename` and errors say. */
export const filename = 'corpus.py';

export type Settled<T> = { readonly value: T; readonly error?: undefined } | { readonly value?: undefined; readonly error: Error };

/** The value, or the error that came instead. */
export function settle<T>(make: () => T): Settled<T> {
  try {
    return { value: make() };
  } catch (error) {
    return { error: error as Error };
  }
}

/** Both must refuse, in the same words and places. */
export function refusal(ours: Error | undefined, theirs: Answer<unknown>): string | null {
  if (!ours) return `ours accepts, CPython: ${theirs.error?.class}: ${theirs.error?.msg}`;
  if (ours.name !== 'PySyntaxError') return `ours: ${ours.stack ?? ours.message}`;
  if (!theirs.error) return `ours: ${ours.message} (line ${(ours as PySyntaxError).lineno}), CPython accepts`;
  return dataDifference(errorData(ours as PySyntaxError, theirs.error), theirs.error, 'error');
}

/** Our error in the oracle's form; fields that CPython's class does not have are left out. */
function errorData(error: PySyntaxError, theirs: OracleError): OracleError {
  const base = { class: error.pyClass, msg: error.message };
  if (theirs.lineno === undefined) return base;
  // Without any place: line and offset 0 with us.
  if (theirs.lineno === null && error.lineno === 0 && error.offset === 0) return { ...theirs, ...base };
  return { ...base, filename: error.filename, lineno: error.lineno, offset: error.offset, end_lineno: error.end_lineno, end_offset: error.end_offset, text: error.text };
}
