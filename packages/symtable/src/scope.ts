import {
  BlockType, SCOPE_MASK, SCOPE_OFFSET,
  type BlockTypeNumber, type ComprehensionKind, type Span, type SymbolTableBlock,
} from '@py/ast';

/** A `global`, a `nonlocal` or an assignment expression that acts as one: where to point if the name turns out wrong. */
export interface Directive {
  readonly name: string;
  readonly span: Span;
}

/** A {@link SymbolTableBlock} while it is being built. */
export class Scope implements SymbolTableBlock {
  readonly id: number;
  readonly name: string;
  readonly type: BlockTypeNumber;
  readonly lineno: number;
  readonly col_offset: number;
  readonly end_lineno: number;
  readonly end_col_offset: number;
  readonly symbols = new Map<string, number>();
  readonly varnames: string[] = [];
  children: Scope[] = [];
  nested: boolean;
  private: string | null;
  free = false;
  childFree = false;
  generator = false;
  coroutine = false;
  comprehension: ComprehensionKind = 'none';
  varargs = false;
  varkeywords = false;
  returnsValue = false;
  needsClassClosure = false;
  needsClassDict = false;
  compInlined = false;
  compIterTarget = false;
  canSeeClassScope = false;

  /** Above 0 while an iterable of a comprehension is visited. Scopes inside inherit it. */
  compIterExpr = 0;
  directives: Directive[] | null = null;
  mangledNames: Set<string> | null = null;

  constructor(id: number, name: string, type: BlockTypeNumber, span: Span, nested: boolean, privateName: string | null) {
    this.id = id;
    this.name = name;
    this.type = type;
    this.lineno = span.lineno;
    this.col_offset = span.col_offset;
    this.end_lineno = span.end_lineno;
    this.end_col_offset = span.end_col_offset;
    this.nested = nested;
    this.private = privateName;
  }
}

/** Everything but a module or a class has fast locals, like a function (CPython 3.12: Python/symtable.c, _PyST_IsFunctionLike). */
export function isFunctionLike(block: SymbolTableBlock): boolean {
  return block.type !== BlockType.ModuleBlock && block.type !== BlockType.ClassBlock;
}

/** What a name refers to in a block (`Scope` numbers); 0 if the block does not know the name. */
export function scopeOf(block: SymbolTableBlock, name: string): number {
  const flags = block.symbols.get(name);
  return flags === undefined ? 0 : (flags >> SCOPE_OFFSET) & SCOPE_MASK;
}
