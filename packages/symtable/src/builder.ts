import {
  BlockType, PySyntaxError, SymbolFlag,
  type BlockTypeNumber, type FutureFeatures, type PySyntaxErrorClass, type Span, type SymbolTable, type SymbolTableBlock,
} from '@py/ast';
import { mangleIn } from './mangle.ts';
import { messages } from './messages.ts';
import { isFunctionLike, Scope } from './scope.ts';

/**
 * CPython stops where its C stack would get too deep. The numbers are those of a release build on Linux: 2 × 1500 nodes, of
 * which 4 are used up by the call of `compile()` itself (Include/cpython/pystate.h; Python/symtable.c, _PySymtable_Build).
 */
const RECURSION_LIMIT = 3000;
const STARTING_DEPTH = 4;

/** The first pass: what is known of each name from the text alone. Scopes are opened and closed as the tree is walked. */
export class SymbolTableBuilder implements SymbolTable {
  readonly filename: string;
  readonly future: FutureFeatures;
  readonly top: Scope;
  /** The innermost open scope. */
  current: Scope;
  /** Open scopes, outermost first. */
  readonly stack: Scope[] = [];
  /** The class whose private names are mangled. */
  private: string | null = null;
  private depth = STARTING_DEPTH;
  private readonly blocks = new Map<object, Scope>();

  constructor(filename: string, future: FutureFeatures, tree: object) {
    this.filename = filename;
    this.future = future;
    const nowhere: Span = { lineno: 0, col_offset: 0, end_lineno: 0, end_col_offset: 0 };
    this.top = this.current = new Scope(0, 'top', BlockType.ModuleBlock, nowhere, false, null);
    this.stack.push(this.top);
    this.blocks.set(tree, this.top);
  }

  lookup(key: object): SymbolTableBlock | undefined {
    return this.blocks.get(key);
  }

  /** Opens a scope, found later by `key`. An annotation scope is not a child of anything: its text becomes a string. */
  enter(name: string, type: BlockTypeNumber, key: object, span: Span): Scope {
    const parent = this.current;
    const nested = parent.nested || isFunctionLike(parent);
    const scope = new Scope(this.blocks.size, name, type, span, nested, this.private);
    scope.compIterExpr = parent.compIterExpr;
    if (type !== BlockType.ClassBlock) scope.mangledNames = parent.mangledNames;
    this.blocks.set(key, scope);
    this.stack.push(scope);
    this.current = scope;
    if (type !== BlockType.AnnotationBlock) parent.children.push(scope);
    return scope;
  }

  exit(): void {
    this.stack.pop();
    this.current = this.stack[this.stack.length - 1];
  }

  /** Flags of a name in a scope; 0 if it has not been seen. */
  flagsOf(name: string, scope: Scope = this.current): number {
    return scope.symbols.get(mangleIn(scope, this.private, name)) ?? 0;
  }

  /** Notes that a name is bound, used or declared (CPython 3.12: Python/symtable.c, symtable_add_def_helper). */
  add(name: string, flag: number, span: Span, scope: Scope = this.current): void {
    if ((flag & SymbolFlag.DEF_TYPE_PARAM) !== 0) this.current.mangledNames?.add(name);
    const mangled = mangleIn(scope, this.private, name);
    const before = scope.symbols.get(mangled) ?? 0;
    if ((flag & before & SymbolFlag.DEF_PARAM) !== 0) throw this.error(messages.duplicateArgument(name), span);
    if ((flag & before & SymbolFlag.DEF_TYPE_PARAM) !== 0) throw this.error(messages.duplicateTypeParameter(name), span);
    let flags = before | flag;
    if (scope.compIterTarget) {
      if ((flags & (SymbolFlag.DEF_GLOBAL | SymbolFlag.DEF_NONLOCAL)) !== 0) {
        throw this.error(messages.innerLoopRebindsNamedExpression(name), span);
      }
      flags |= SymbolFlag.DEF_COMP_ITER;
    }
    if (flags !== before) scope.symbols.set(mangled, flags);
    if ((flag & SymbolFlag.DEF_PARAM) !== 0) {
      scope.varnames.push(mangled);
    } else if ((flag & SymbolFlag.DEF_GLOBAL) !== 0) {
      this.top.symbols.set(mangled, (this.top.symbols.get(mangled) ?? 0) | flag);
    }
  }

  /** Remembers where a name was declared `global` or `nonlocal`, for errors that only {@link analyze} finds. */
  addDirective(name: string, span: Span): void {
    (this.current.directives ??= []).push({ name: mangleIn(this.current, this.private, name), span });
  }

  /** One node deeper. Every `descend` has its `ascend`. */
  descend(): void {
    if (++this.depth > RECURSION_LIMIT) throw this.error(messages.recursion, null, 'RecursionError');
  }

  ascend(): void {
    this.depth--;
  }

  error(message: string, span: Span | null, pyClass: PySyntaxErrorClass = 'SyntaxError'): PySyntaxError {
    return syntaxError(this.filename, message, span, pyClass);
  }
}

/** An error of this phase: its offsets count bytes from 1. Without a span (RecursionError) the line is 0. */
export function syntaxError(
  filename: string, message: string, span: Span | null, pyClass: PySyntaxErrorClass = 'SyntaxError',
): PySyntaxError {
  if (span === null) {
    return new PySyntaxError({ pyClass, message, filename, lineno: 0, offset: 0, end_lineno: null, end_offset: null });
  }
  return new PySyntaxError({
    pyClass, message, filename,
    lineno: span.lineno, offset: span.col_offset + 1, end_lineno: span.end_lineno, end_offset: span.end_col_offset + 1,
  });
}
