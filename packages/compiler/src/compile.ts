import { PySyntaxError, type mod, type SymbolTable, type WarningCallback } from '@py/ast';
import { CodeFlag, Op, type CodeObject } from '@py/code';
import { hasAnnotations, visitBody } from './codegen/functions.ts';
import { visitExpression } from './codegen/expressions.ts';
import { visitStatements } from './codegen/statements.ts';
import { Compiler, lineStart } from './compiler.ts';
import { fold } from './fold.ts';
import { messages } from './messages.ts';

/** How to compile a tree. */
export interface CompileOptions {
  /** `co_filename`, and for errors. Default: that of the symbol table. */
  readonly filename?: string;
  /** 0; 1 drops asserts and makes `__debug__` false; 2 drops docstrings too. Default 0. */
  readonly optimize?: 0 | 1 | 2;
  /**
   * `co_flags` bits of future features that are on from outside (give the same to the symbol table), and
   * `PyCF_ALLOW_TOP_LEVEL_AWAIT` (0x2000). Default 0.
   */
  readonly flags?: number;
  /** Gets SyntaxWarnings (`x is 1`, …) in CPython's order. What it throws ends the compilation. */
  readonly onWarning?: WarningCallback;
}

/**
 * Compiles a syntax tree to a code object, byte for byte as CPython does. The tree decides the mode: a Module as `exec`, an
 * Interactive as `single`, an Expression as `eval`. Neither tree nor table is changed.
 *
 * @param symbols the symbol table of this very tree
 * @throws PySyntaxError for what CPython's compiler rejects: `return` outside a function, too deep nesting, …; offsets count
 *   UTF-8 bytes from 1. `pyClass` is RecursionError for trees deeper than the JavaScript stack allows.
 */
export function compile(tree: mod, symbols: SymbolTable, options: CompileOptions = {}): CodeObject {
  const filename = options.filename ?? symbols.filename;
  const optimize = options.optimize ?? 0;
  const flags = (options.flags ?? 0) | symbols.future.features;
  try {
    const folded = fold(tree, {
      optimize,
      postponedAnnotations: (flags & CodeFlag.FUTURE_ANNOTATIONS) !== 0,
      // CPython blames whoever called compile()
      onInvertedBool: ({ lineno }) => options.onWarning?.({ category: 'DeprecationWarning', message: messages.invertedBool, filename, lineno }),
    });
    const c = new Compiler(folded.tree, symbols, folded.origin, {
      filename, optimize, flags, interactive: tree.nodeType === 'Interactive', onWarning: options.onWarning,
    });
    visitModule(c, folded.tree);
    return c.leave(tree.nodeType !== 'Expression');
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new PySyntaxError({
      pyClass: 'RecursionError', message: messages.recursion, filename, lineno: 0, offset: 0, end_lineno: null, end_offset: null,
    });
  }
}

function visitModule(c: Compiler, tree: mod): void {
  const start = lineStart(1, 1);
  switch (tree.nodeType) {
    case 'Module':
      return visitBody(c, start, tree.body);
    case 'Interactive':
      if (hasAnnotations(tree.body)) c.emit(Op.SETUP_ANNOTATIONS, 0, start);
      return visitStatements(c, tree.body);
    case 'Expression':
      return visitExpression(c, tree.body);
    case 'FunctionType':
      throw c.systemError(messages.badModule);
  }
}
