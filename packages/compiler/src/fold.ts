import type { mod } from '@py/ast';
import { Folder, type FoldOptions } from './fold/statements.ts';

export type { FoldOptions } from './fold/statements.ts';

/** A folded tree. What was not changed is shared with the tree that was given. */
export interface FoldedTree {
  readonly tree: mod;
  /**
   * For every new node (and `type_params` array) that stands for one with a scope of its own, the one in the given tree:
   * the key by which the symbol table knows it.
   */
  readonly origin: ReadonlyMap<object, object>;
}

/**
 * Does at once what can be done before the program runs: operators, tuples and subscripts of constants, `__debug__`,
 * `'%s' % (x,)` as an f-string, lists and sets that are only searched or looped over. Gives new nodes; the given tree is not
 * changed. Nothing that would raise is folded. CPython 3.12: Python/ast_opt.c, _PyAST_Optimize.
 */
export function fold(tree: mod, options: FoldOptions): FoldedTree {
  const folder = new Folder(options);
  return { tree: folder.module(tree), origin: folder.origin };
}
