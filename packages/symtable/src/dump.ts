import { BlockType, Scope, SCOPE_MASK, SCOPE_OFFSET, SymbolFlag, type SymbolTable, type SymbolTableBlock } from '@py/ast';

/**
 * The table as text for people: one line for each scope, then one for each of its names with what it refers to and what is
 * done with it here, then the scopes inside, indented.
 */
export function dumpSymbolTable(table: SymbolTable): string {
  const lines: string[] = [];
  dumpBlock(table.top, '', lines);
  return lines.join('\n') + '\n';
}

function dumpBlock(block: SymbolTableBlock, indent: string, lines: string[]): void {
  const traits = traitsOf(block);
  lines.push(`${indent}${blockNames[block.type]} ${block.name}, line ${block.lineno}${traits ? ` (${traits})` : ''}`);
  let width = 0;
  for (const name of block.symbols.keys()) width = Math.max(width, name.length);
  for (const [name, flags] of block.symbols) {
    const scope = scopeNames[(flags >> SCOPE_OFFSET) & SCOPE_MASK] ?? '';
    lines.push(`${indent}  ${name.padEnd(width)}  ${scope.padEnd(15)} ${flagsOf(flags)}`.trimEnd());
  }
  for (const child of block.children) dumpBlock(child, `${indent}  `, lines);
}

function traitsOf(block: SymbolTableBlock): string {
  return [
    block.nested && 'nested',
    block.generator && 'generator',
    block.coroutine && 'coroutine',
    block.varargs && '*args',
    block.varkeywords && '**kwargs',
    block.returnsValue && 'returns a value',
    block.needsClassClosure && 'makes the __class__ cell',
    block.needsClassDict && 'makes the __classdict__ cell',
  ].filter((trait) => trait !== false).join(', ');
}

function flagsOf(flags: number): string {
  return flagNames.filter(([flag]) => (flags & flag) !== 0).map(([, name]) => name).join(', ');
}

const blockNames: Readonly<Record<number, string>> = {
  [BlockType.FunctionBlock]: 'function',
  [BlockType.ClassBlock]: 'class',
  [BlockType.ModuleBlock]: 'module',
  [BlockType.AnnotationBlock]: 'annotation',
  [BlockType.TypeVarBoundBlock]: 'TypeVar bound',
  [BlockType.TypeAliasBlock]: 'type alias',
  [BlockType.TypeParamBlock]: 'type parameter',
};

const scopeNames: Readonly<Record<number, string>> = {
  [Scope.LOCAL]: 'local',
  [Scope.GLOBAL_EXPLICIT]: 'global explicit',
  [Scope.GLOBAL_IMPLICIT]: 'global implicit',
  [Scope.FREE]: 'free',
  [Scope.CELL]: 'cell',
};

const flagNames: readonly (readonly [number, string])[] = [
  [SymbolFlag.DEF_PARAM, 'parameter'],
  [SymbolFlag.DEF_TYPE_PARAM, 'type parameter'],
  [SymbolFlag.DEF_IMPORT, 'imported'],
  [SymbolFlag.DEF_LOCAL, 'assigned'],
  [SymbolFlag.DEF_ANNOT, 'annotated'],
  [SymbolFlag.DEF_GLOBAL, 'declared global'],
  [SymbolFlag.DEF_NONLOCAL, 'declared nonlocal'],
  [SymbolFlag.DEF_COMP_ITER, 'comprehension variable'],
  [SymbolFlag.DEF_COMP_CELL, 'cell of a comprehension'],
  [SymbolFlag.DEF_FREE_CLASS, 'free in a method'],
  [SymbolFlag.USE, 'used'],
];
