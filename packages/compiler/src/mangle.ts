import { BlockType, type SymbolTableBlock } from '@py/ast';

const UNDERSCORE = 95;

/**
 * Private name mangling: inside `class C`, `__x` means `_C__x`; the symbol table decided where
 * (CPython 3.12: Python/symtable.c, _Py_MaybeMangle).
 */
export function mangleIn(block: SymbolTableBlock, name: string): string {
  if (block.private === null || name.charCodeAt(0) !== UNDERSCORE || name.charCodeAt(1) !== UNDERSCORE) return name;
  if (block.mangledNames !== null && !block.mangledNames.has(name)) return name;
  if (name.endsWith('__') || name.includes('.')) return name;
  const stripped = block.private.replace(/^_+/, '');
  return stripped === '' ? name : `_${stripped}${name}`;
}

/** Everything but a module or a class has fast locals. */
export function isFunctionLike(block: SymbolTableBlock): boolean {
  return block.type !== BlockType.ModuleBlock && block.type !== BlockType.ClassBlock;
}
