/** Every text that the compiler can say, worded as CPython 3.12 words it. */
export const messages = {
  recursion: 'maximum recursion depth exceeded during compilation',
  tooManyBlocks: 'too many statically nested blocks',
  leavesExceptStar: "'break', 'continue' and 'return' cannot appear in an except* block",
  assignDebug: 'cannot assign to __debug__',
  deleteDebug: 'cannot delete __debug__',

  returnOutsideFunction: "'return' outside function",
  returnValueInAsyncGenerator: "'return' with value in async generator",
  breakOutsideLoop: "'break' outside loop",
  continueOutsideLoop: "'continue' not properly in loop",
  yieldOutsideFunction: "'yield' outside function",
  yieldFromOutsideFunction: "'yield from' outside function",
  yieldFromInAsyncFunction: "'yield from' inside async function",
  awaitOutsideFunction: "'await' outside function",
  awaitOutsideAsyncFunction: "'await' outside async function",
  asyncForOutsideAsyncFunction: "'async for' outside async function",
  asyncWithOutsideAsyncFunction: "'async with' outside async function",
  asyncComprehensionOutsideAsyncFunction: 'asynchronous comprehension outside of an asynchronous function',
  bareExceptNotLast: "default 'except:' must be last",
  futureNotAtBeginning: 'from __future__ imports must occur at the beginning of the file',

  invertedBool:
    "Bitwise inversion '~' on bool is deprecated and will be removed in Python 3.16. This returns the bitwise inversion of the underlying int " +
    "object and is usually not what you expect from negating a bool. Use the 'not' operator for boolean negation or ~int(x) if you really want " +
    'the bitwise inversion of the underlying int.',

  starredTarget: 'starred assignment target must be in a list or tuple',
  starredExpression: "can't use starred expression here",
  tooManyStarTargets: 'too many expressions in star-unpacking assignment',
  multipleStarTargets: 'multiple starred expressions in assignment',
  keywordRepeated: (name: string): string => `keyword argument repeated: ${name}`,

  duplicateCapture: (repr: string): string => `multiple assignments to name ${repr} in pattern`,
  tooManyStarPatterns: 'too many expressions in star-unpacking sequence pattern',
  multipleStarNames: 'multiple starred names in sequence pattern',
  captureUnreachable: (repr: string): string => `name capture ${repr} makes remaining patterns unreachable`,
  wildcardUnreachable: 'wildcard makes remaining patterns unreachable',
  classAttributeRepeated: (name: string): string => `attribute name repeated in class pattern: ${name}`,
  duplicateKey: (repr: string): string => `mapping pattern checks duplicate key (${repr})`,
  badMappingKey: 'mapping pattern keys may only match literals and attribute lookups',
  alternativesDiffer: 'alternative patterns bind different names',
  badPatternValue: 'patterns may only match literals and attribute lookups',
  classPatternLengths: (attributes: number, patterns: number): string =>
    `kwd_attrs (${attributes}) / kwd_patterns (${patterns}) length mismatch in class pattern`,
  mappingPatternLengths: (keys: number, patterns: number): string =>
    `keys (${keys}) / patterns (${patterns}) length mismatch in mapping pattern`,

  badAugmentedTarget: (kind: number): string => `invalid node type (${kind}) for augmented assignment`,
  badAnnotatedTarget: (kind: number): string => `invalid node type (${kind}) for annotated assignment`,
  badConversion: (conversion: number): string => `Unrecognized conversion character ${conversion}`,
  badModule: 'module kind 4 should not be possible',

  isLiteral: (type: string): string => `"is" with '${type}' literal. Did you mean "=="?`,
  isNotLiteral: (type: string): string => `"is not" with '${type}' literal. Did you mean "!="?`,
  assertAlwaysTrue: 'assertion is always true, perhaps remove parentheses?',
  notCallable: (type: string): string => `'${type}' object is not callable; perhaps you missed a comma?`,
  notSubscriptable: (type: string): string => `'${type}' object is not subscriptable; perhaps you missed a comma?`,
  badIndex: (type: string, index: string): string =>
    `${type} indices must be integers or slices, not ${index}; perhaps you missed a comma?`,
} as const;
