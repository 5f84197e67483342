import type { SymbolTableBlock } from '@py/ast';
import { parse } from '@py/parser';
import { unicodeName } from '@py/parser/unicode-names';
import { buildSymbolTable } from '@py/symtable';
import { decodeSource, tokenize } from '@py/tokenizer';
import type { Oracle, TableJson } from '../../oracle/oracle.ts';
import { filename, refusal, settle } from '../compare.ts';
import type { CorpusFile } from '../corpus.ts';
import { dataDifference } from '../difference.ts';

/** `_symtable`'s entries: names in order, flags and scopes. */
export function compare(oracle: Oracle, file: CorpusFile): string | null {
  const theirs = oracle.symbolTable(file.source, { mode: file.mode, filename });
  const ours = settle(() => tableJson(buildSymbolTable(parse(tokenize(file.source, { filename, mode: file.mode, decode: decodeSource }), { mode: file.mode, unicodeName }), { filename }).top));
  if (ours.error || !theirs.ok) return refusal(ours.error, theirs);
  return dataDifference(passingNamesLast(ours.value), passingNamesLast(theirs.ok));
}

/** A block as the oracle prints it. */
export function tableJson(block: SymbolTableBlock): TableJson {
  const { name, type, lineno, nested, symbols, varnames, children } = block;
  return { name, type, lineno, nested, symbols: Object.fromEntries(symbols), varnames, children: children.map(tableJson) };
}

/** A name that only passes through on its way to an inner scope: free, and nothing else. */
const PASSING = 4 << 12;

/** CPython adds those names in the order of a set of str, which its hash seed decides: put them last, sorted. */
export function passingNamesLast(table: TableJson): TableJson {
  const names = Object.keys(table.symbols);
  const ordered = [...names.filter((name) => table.symbols[name] !== PASSING), ...names.filter((name) => table.symbols[name] === PASSING).sort()];
  return { ...table, symbols: Object.fromEntries(ordered.map((name) => [name, table.symbols[name]])), children: table.children.map(passingNamesLast) };
}
