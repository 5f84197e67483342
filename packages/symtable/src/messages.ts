/** Every text that the symbol table can say, worded as CPython 3.12 words it. */
export const messages = {
  recursion: 'maximum recursion depth exceeded during compilation',
  functionType: 'this compiler does not handle FunctionTypes',

  globalParameter: (name: string): string => `name '${name}' is parameter and global`,
  globalAfterUse: (name: string): string => `name '${name}' is used prior to global declaration`,
  globalAnnotated: (name: string): string => `annotated name '${name}' can't be global`,
  globalAfterAssignment: (name: string): string => `name '${name}' is assigned to before global declaration`,
  nonlocalParameter: (name: string): string => `name '${name}' is parameter and nonlocal`,
  nonlocalAfterUse: (name: string): string => `name '${name}' is used prior to nonlocal declaration`,
  nonlocalAnnotated: (name: string): string => `annotated name '${name}' can't be nonlocal`,
  nonlocalAfterAssignment: (name: string): string => `name '${name}' is assigned to before nonlocal declaration`,
  nonlocalAndGlobal: (name: string): string => `name '${name}' is nonlocal and global`,
  nonlocalAtModuleLevel: 'nonlocal declaration not allowed at module level',
  nonlocalUnbound: (name: string): string => `no binding for nonlocal '${name}' found`,
  nonlocalTypeParameter: (name: string): string => `nonlocal binding not allowed for type parameter '${name}'`,

  duplicateArgument: (name: string): string => `duplicate argument '${name}' in function definition`,
  duplicateTypeParameter: (name: string): string => `duplicate type parameter '${name}'`,
  importStarNotAtModuleLevel: 'import * only allowed at module level',

  namedExpressionRebindsIteration: (name: string): string =>
    `assignment expression cannot rebind comprehension iteration variable '${name}'`,
  innerLoopRebindsNamedExpression: (name: string): string =>
    `comprehension inner loop cannot rebind assignment expression target '${name}'`,
  namedExpressionInIterable: 'assignment expression cannot be used in a comprehension iterable expression',
  namedExpressionInClassComprehension: 'assignment expression within a comprehension cannot be used in a class body',
  namedExpressionInBoundComprehension: 'assignment expression within a comprehension cannot be used in a TypeVar bound',
  namedExpressionInAliasComprehension: 'assignment expression within a comprehension cannot be used in a type alias',
  namedExpressionInGenericComprehension:
    'assignment expression within a comprehension cannot be used within the definition of a generic',

  notInAnnotation: (what: string): string => `${what} cannot be used within an annotation`,
  notInTypeVarBound: (what: string): string => `${what} cannot be used within a TypeVar bound`,
  notInTypeAlias: (what: string): string => `${what} cannot be used within a type alias`,
  notInGeneric: (what: string): string => `${what} cannot be used within the definition of a generic`,
  notInClassAnnotationScope: (what: string): string => `Cannot use ${what} in annotation scope within class scope`,
  yieldInComprehension: (kind: string): string =>
    kind === 'generator' ? "'yield' inside generator expression" : `'yield' inside ${kind} comprehension`,

  futureBraces: 'not a chance',
  futureUndefined: (name: string): string => `future feature ${name} is not defined`,
} as const;
