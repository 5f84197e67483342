import type { PySyntaxWarning } from '@py/ast';
import { compileSource } from '@py/python/pipeline';
import type { Oracle, OracleWarning } from '../../oracle/oracle.ts';
import { filename, refusal, settle, type PhaseSettings } from '../compare.ts';
import type { CorpusFile } from '../corpus.ts';
import { dataDifference } from '../difference.ts';

/** What compiling raises (class, text, range, line) and warns; for most sources nothing. */
export function compare(oracle: Oracle, file: CorpusFile, { optimize }: PhaseSettings): string | null {
  const theirs = oracle.errors(file.source, { mode: file.mode, filename, optimize });
  const warnings: PySyntaxWarning[] = [];
  const ours = settle(() => compileSource(file.source, { filename, mode: file.mode, optimize, onWarning: (warning) => warnings.push(warning) }));
  const difference = ours.error || theirs.error ? refusal(ours.error, theirs) : null;
  return difference ?? dataDifference(warnings.map(comparable), theirs.warnings.map(comparable), 'warnings');
}

/** Of `~True` CPython warns in the name of whoever called compile(): its line says nothing about the program. */
function comparable({ category, message, lineno }: OracleWarning): object {
  return message.startsWith('Bitwise inversion') ? { category, message } : { category, message, lineno };
}
