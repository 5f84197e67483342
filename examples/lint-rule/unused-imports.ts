// Just the parser and the symbol table: which imported names are never used?
import { Scope, SCOPE_MASK, SCOPE_OFFSET, SymbolFlag, walk, type alias, type SymbolTableBlock } from '@py/ast';
import { parse } from '@py/parser';
import { buildSymbolTable } from '@py/symtable';
import { tokenize } from '@py/tokenizer';

export interface UnusedImport {
  readonly name: string;
  readonly lineno: number;
  /** From 0, in UTF-8 bytes. */
  readonly col_offset: number;
}

/** Imported names that nothing in the source reads. `__all__` and `from __future__` are left alone. */
export function unusedImports(source: string | Uint8Array): UnusedImport[] {
  const tree = parse(tokenize(source));
  const table = buildSymbolTable(tree);
  const unused = new Set(blocksOf(table.top).flatMap((block) => [...block.symbols].filter(([name, flags]) => isImport(flags) && !isRead(block, name)).map(([name]) => name)));
  const found: UnusedImport[] = [];
  const report = (names: readonly alias[]): void => {
    for (const { name, asname, lineno, col_offset } of names) {
      const bound = asname ?? name.split('.')[0];
      if (unused.has(bound)) found.push({ name: bound, lineno, col_offset });
    }
  };
  walk(tree, {
    Import: ({ names }) => report(names),
    ImportFrom: ({ module, names }) => (module === '__future__' ? undefined : report(names)),
  });
  return found;
}

function isImport(flags: number): boolean {
  return (flags & SymbolFlag.DEF_IMPORT) !== 0;
}

/** Used here, or in a scope inside that does not bind the name itself. */
function isRead(block: SymbolTableBlock, name: string): boolean {
  return ((block.symbols.get(name) ?? 0) & SymbolFlag.USE) !== 0 || block.children.some((child) => refersOutside(child, name) && isRead(child, name));
}

function refersOutside(block: SymbolTableBlock, name: string): boolean {
  const flags = block.symbols.get(name);
  if (flags === undefined) return true;
  const scope = (flags >> SCOPE_OFFSET) & SCOPE_MASK;
  return scope !== Scope.LOCAL && scope !== Scope.CELL;
}

function blocksOf(block: SymbolTableBlock): SymbolTableBlock[] {
  return [block, ...block.children.flatMap(blocksOf)];
}
