import type { mod, PySyntaxError, SymbolTable, WarningCallback } from '@py/ast';
import type { CodeObject } from '@py/code';

// To flow, from gen (remove when settled): I call `fold(tree, { optimize, postponedAnnotations })` here, before code generation,
// on the tree that the symbol table was built from. Symbol table blocks are found by node (`symbols.lookup(functionDef)`,
// lambda, class, comprehension, generator, `type_params` array, TypeVar, TypeAlias), so either fold in place, or, if you copy
// changed paths, give me back `{ tree, origin: Map<newNode, oldNode> }` with those nodes and arrays that you had to copy.
