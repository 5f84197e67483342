import type { SymbolTableBlock } from '@py/ast';
import { parse } from '@py/parser';
import { buildSymbolTable } from '@py/symtable';
import { tokenize } from '@py/tokenizer';
import type { Oracle, TableJson } from '../../oracle/oracle.ts';
import { filename, refusal, settle } from '../compare.ts';
import type { CorpusFile } from '../corpus.ts';
import { dataDifference } from '../difference.ts';

/** `_symtable`'s entries: names in order, flags and scopes. */
export function compare(oracle: Oracle, file: CorpusFile): string | null {
  const theirs = oracle.symbolTable(file.source, { mode: file.mode, filename });
  const ours = settle(() => tableJson(buildSymbolTable(parse(tokenize(file.source, { filename, mode: file.mode }), { mode: file.mode }), { filename }).top));
  if (ours.error || !theirs.ok) return refusal(ours.error, theirs);
  return dataDifference(ours.value, theirs.ok);
}

/** A block as the oracle prints it. */
export function tableJson(block: SymbolTableBlock): TableJson {
  const { name, type, lineno, nested, symbols, varnames, children } = block;
  return { name, type, lineno, nested, symbols: Object.fromEntries(symbols), varnames, children: children.map(tableJson) };
}
