/** Every text that the parser can say, worded as CPython 3.12 words it. */
export const messages = {
  incompleteInput: (): string => 'incomplete input',
  invalidSyntax: (): string => 'invalid syntax',
  unexpectedIndent: (): string => 'unexpected indent',
  unexpectedUnindent: (): string => 'unexpected unindent',
  expectedToken: (token: string): string => `expected '${token}'`,
  neverClosed: (bracket: string): string => `'${bracket}' was never closed`,
  stackOverflow: (): string => 'Parser stack overflowed - Python source too complex to parse',
  severalStatements: (): string => 'multiple statements found while compiling a single statement',

  // Literals. `escape` is what follows the backslash: a character, or three octal digits.
  invalidEscape: (escape: string): string => `invalid ${escape.length === 3 ? 'octal ' : ''}escape sequence '\\${escape}'`,
  badEscape: (reason: string, start: number, end: number): string =>
    `'unicodeescape' codec can't decode ${end - start === 1 ? `byte 0x5c in position ${start}` : `bytes in position ${start}-${end - 1}`}: ${reason}`,
  notUtf8: (start: number, end: number, byte: number, reason: string): string =>
    `'utf-8' codec can't decode ${end - start === 1 ? `byte 0x${byte.toString(16)} in position ${start}` : `bytes in position ${start}-${end - 1}`}: ${reason}`,
  decoding: (problem: string): string => `(unicode error) ${problem}`,
  badHexInBytes: (at: number): string => `(value error) invalid \\x escape at position ${at}`,
  bytesNotAscii: (): string => 'bytes can only contain ASCII literal characters',
  mixedBytes: (): string => 'cannot mix bytes and nonbytes literals',
  tooManyDigits: (most: number, digits: number): string =>
    `Exceeds the limit (${most} digits) for integer string conversion: value has ${digits} digits; use sys.set_int_max_str_digits() to increase the limit`
    + ' - Consider hexadecimal for huge integer literals to avoid decimal conversion limits.',
  conversionGap: (): string => 'f-string: conversion type must come right after the exclamanation mark',
  invalidConversion: (repr: string): string => `f-string: invalid conversion character ${repr}: expected 's', 'r', or 'a'`,
  complexPart: (imaginary: boolean): string => `${imaginary ? 'imaginary' : 'real'} number required in complex literal`,

  cannotAssign: (what: string): string => `cannot assign to ${what}`,
  cannotDelete: (what: string): string => `cannot delete ${what}`,
  bareGenerator: (): string => 'Generator expression must be parenthesized',
  positionalAfterKeyword: (unpacked: boolean): string => `positional argument follows keyword argument${unpacked ? ' unpacking' : ''}`,
  missingParentheses: (name: string): string => `Missing parentheses in call to '${name}'. Did you mean ${name}(...)?`,
  forgottenComma: (): string => 'invalid syntax. Perhaps you forgot a comma?',
  flufl: (): string => "with Barry as BDFL, use '<>' instead of '!='",
  onlySince: (feature: string, version: number): string => `${features[feature]!} only supported in Python 3.${version} and greater`,
};

/** Features that `featureVersion` can switch off, by their names in the grammar. */
const features: Readonly<Record<string, string>> = {
  variableAnnotation: 'Variable annotation syntax is',
  variableAnnotations: 'Variable annotations syntax is',
  matrixOperator: "The '@' operator is",
  asyncFunctions: 'Async functions are',
  asyncFor: 'Async for loops are',
  asyncWith: 'Async with statements are',
  asyncComprehensions: 'Async comprehensions are',
  awaitExpressions: 'Await expressions are',
  positionalOnly: 'Positional-only parameters are',
  exceptionGroups: 'Exception groups are',
  patternMatching: 'Pattern matching is',
  typeStatement: 'Type statement is',
  typeParameters: 'Type parameter lists are',
  assignmentExpressions: 'Assignment expressions are',
  numericUnderscores: 'Underscores in numeric literals are',
};

/** Errors of the `invalid_` rules, by their names in the grammar. */
export type MessageName = keyof typeof errorMessages;

/** `what` is the text of a token or CPython's word for an expression; `line` is its line. */
type Wording = (what: string, line: number) => string;

const fixed = (text: string) => (): string => text;

export const errorMessages = {
  maybeEquality: fixed("invalid syntax. Maybe you meant '==' or ':=' instead of '='?"),
  cannotAssign: (what) => `cannot assign to ${what}`,
  cannotAssignHere: (what) => `cannot assign to ${what} here. Maybe you meant '==' instead of '='?`,
  assignmentInExpression: fixed('expression cannot contain assignment, perhaps you meant "=="?'),
  assignToKeywordUnpacking: fixed('cannot assign to keyword argument unpacking'),
  assignToUnpacking: fixed('cannot assign to iterable argument unpacking'),
  assignToYield: fixed('assignment to yield expression not possible'),
  augmentedTarget: (what) => `'${what}' is an illegal expression for augmented assignment`,
  annotatedTarget: (what) => `only single target (not ${what}) can be annotated`,
  annotatedTuple: fixed('only single target (not tuple) can be annotated'),
  illegalAnnotation: fixed('illegal target for annotation'),
  walrusTarget: (what) => `cannot use assignment expressions with ${what}`,

  expectedArgumentValue: fixed('expected argument value expression'),
  iterableAfterKeywordUnpacking: fixed('iterable argument unpacking follows keyword argument unpacking'),
  invalidStar: fixed('Invalid star expression'),
  starredGroup: fixed('cannot use starred expression here'),
  doubleStarredGroup: fixed('cannot use double starred expression here'),
  expectedElse: fixed("expected 'else' after 'if' expression"),
  unpackingInComprehension: fixed('iterable unpacking cannot be used in comprehension'),
  comprehensionTarget: fixed('did you forget parentheses around the comprehension target?'),
  dictUnpackingInComprehension: fixed('dict unpacking cannot be used in dict comprehension'),
  dictColon: fixed("':' expected after dictionary key"),
  starredDictValue: fixed('cannot use a starred expression in a dictionary value'),
  expectedDictValue: fixed("expression expected after dictionary key and ':'"),

  argumentBeforeSlash: fixed('at least one argument must precede /'),
  slashOnce: fixed('/ may appear only once'),
  slashBeforeStar: fixed('/ must be ahead of *'),
  commaBetweenSlashAndStar: fixed('expected comma between / and *'),
  defaultMissing: fixed('parameter without a default follows parameter with a default'),
  expectedDefault: fixed('expected default value expression'),
  parenthesizedParameters: fixed('Function parameters cannot be parenthesized'),
  parenthesizedLambdaParameters: fixed('Lambda expression parameters cannot be parenthesized'),
  namedAfterStar: fixed('named arguments must follow bare *'),
  bareStarTypeComment: fixed('bare * has associated type comment'),
  starDefault: fixed('var-positional argument cannot have default value'),
  starOnce: fixed('* argument may appear only once'),
  kwargsDefault: fixed('var-keyword argument cannot have default value'),
  afterKwargs: fixed('arguments cannot follow var-keyword argument'),
  twoTypeComments: fixed('Cannot have two type comments on def'),
  typeVarTupleBound: (what) => `cannot use ${what} with TypeVarTuple`,
  paramSpecBound: (what) => `cannot use ${what} with ParamSpec`,

  importFrom: fixed("Did you mean to use 'from ... import ...' instead?"),
  trailingComma: fixed('trailing comma not allowed without surrounding parentheses'),
  expectedColon: fixed("expected ':'"),
  expectedBlock: fixed('expected an indented block'),
  expectedBlockAfter: (what, line) => `expected an indented block after '${what}' statement on line ${line}`,
  expectedBlockAfterExceptStar: (_what, line) => `expected an indented block after 'except*' statement on line ${line}`,
  expectedBlockAfterDefinition: (what, line) =>
    `expected an indented block after ${what === 'def' ? 'function' : 'class'} definition on line ${line}`,
  expectedExcept: fixed("expected 'except' or 'finally' block"),
  mixedExcept: fixed("cannot have both 'except' and 'except*' on the same 'try'"),
  parenthesizeExceptions: fixed('multiple exception types must be parenthesized'),
  expectedException: fixed('expected one or more exception types'),
  wildcardTarget: fixed("cannot use '_' as a target"),
  patternTarget: fixed('invalid pattern target'),
  positionalPatterns: fixed('positional patterns follow keyword patterns'),

  fstringExpressionBefore: (what) => `f-string: valid expression required before '${what}'`,
  fstringExpression: fixed("f-string: expecting a valid expression after '{'"),
  fstringAfterExpression: fixed("f-string: expecting '=', or '!', or ':', or '}'"),
  fstringAfterEqual: fixed("f-string: expecting '!', or ':', or '}'"),
  fstringAfterConversion: fixed("f-string: expecting ':' or '}'"),
  fstringAfterSpec: fixed("f-string: expecting '}', or format specs"),
  fstringClose: fixed("f-string: expecting '}'"),
  fstringLambda: fixed('f-string: lambda expressions are not allowed without parentheses'),
  fstringConversionMissing: fixed('f-string: missing conversion character'),
  fstringConversionInvalid: fixed('f-string: invalid conversion character'),
} satisfies Readonly<Record<string, Wording>>;
