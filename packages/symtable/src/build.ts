import { type mod, type SymbolTable } from '@py/ast';
import { analyze } from './analyze.ts';
import { SymbolTableBuilder, syntaxError } from './builder.ts';
import { visitExpression } from './expressions.ts';
import { futureFeatures } from './future.ts';
import { messages } from './messages.ts';
import { visitStatements } from './statements.ts';

/** File name for errors, and futures from outside. */
export interface SymbolTableOptions {
  /** For error messages. Default `<string>`. */
  readonly filename?: string;
  /** Future features that are on from outside, as `co_flags` bits; those that the program itself imports are added. */
  readonly future?: number;
}

/**
 * Gives every scope of a program with all its names, as CPython's `symtable` module shows them and its compiler uses them.
 *
 * @throws PySyntaxError for whatever CPython rejects at this point: futures that do not exist, `global` after use,
 *   `nonlocal` without a binding, duplicate parameters, assignment expressions where they cannot bind, …; offsets count UTF-8
 *   bytes from 1. `pyClass` is RecursionError for trees deeper than CPython's limit.
 */
export function buildSymbolTable(tree: mod, options: SymbolTableOptions = {}): SymbolTable {
  const filename = options.filename ?? '<string>';
  const own = futureFeatures(tree, filename);
  const future = { features: own.features | (options.future ?? 0), location: own.location };
  const table = new SymbolTableBuilder(filename, future, tree);
  try {
    visitTree(table, tree);
    analyze(table);
  } catch (error) {
    // The JavaScript stack ended before CPython's limit did.
    if (error instanceof RangeError) throw table.error(messages.recursion, null, 'RecursionError');
    throw error;
  }
  return table;
}

function visitTree(table: SymbolTableBuilder, tree: mod): void {
  switch (tree.nodeType) {
    case 'Module':
    case 'Interactive':
      visitStatements(table, tree.body);
      return;
    case 'Expression':
      visitExpression(table, tree.body);
      return;
    case 'FunctionType':
      throw syntaxError(table.filename, messages.functionType, null, 'RuntimeError');
  }
}
