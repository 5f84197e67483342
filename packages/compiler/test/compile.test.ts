import { describe, expect, it } from 'vitest';
import {
  AnnAssign, arguments_, Attribute, AugAssign, Call, Constant, Expr, Expression, FormattedValue, FunctionType, If, JoinedStr, Lambda, Match, match_case,
  MatchAs, MatchClass, MatchMapping, MatchOr, MatchSequence, MatchStar, MatchValue, Module, Name, Pass, Tuple, UnaryOp,
  type expr, type mod, type pattern, type PySyntaxError, type PySyntaxWarning, type stmt,
} from '@py/ast';
import { CodeFlag, codeToJson, type CodeObject } from '@py/code';
import { parse } from '@py/parser';
import { buildSymbolTable } from '@py/symtable';
import { tokenize } from '@py/tokenizer';
import { compile, type CompileOptions } from '../src/index.ts';

const at = [1, 0, 1, 1] as const;
const name = (ctx: 'Load' | 'Store' = 'Load'): expr => new Name('a', ctx, ...at);
const constant = (value: bigint): expr => new Constant(value, null, ...at);

function compileTree(tree: mod, options?: CompileOptions): CodeObject {
  return compile(tree, buildSymbolTable(tree, { future: (options?.flags ?? 0) & 0x1ff0000 }), options);
}

function compileText(source: string, options?: CompileOptions): CodeObject {
  return compileTree(parse(tokenize(source)), options);
}

function errorOf(tree: mod): string {
  try {
    compileTree(tree);
    return 'no error';
  } catch (error) {
    const { pyClass, message } = error as PySyntaxError;
    return `${pyClass}: ${message}`;
  }
}

const statement = (node: stmt): mod => new Module([node], []);
const matching = (...patterns: pattern[]): mod =>
  statement(new Match(name(), patterns.map((pattern) => new match_case(pattern, null, [new Pass(...at)])), ...at));

describe('trees that no parser makes', () => {
  const tuple = new Tuple([name('Store')], 'Store', ...at);
  const wild = new MatchAs(null, null, ...at);
  const star = new MatchStar(null, ...at);
  const cases: readonly (readonly [string, mod])[] = [
    ['SystemError: invalid node type (26) for augmented assignment', statement(new AugAssign(tuple, 'Add', name(), ...at))],
    ['SystemError: invalid node type (26) for annotated assignment', statement(new AnnAssign(tuple, name(), null, 0, ...at))],
    ['SystemError: Unrecognized conversion character 5', new Expression(new JoinedStr([new FormattedValue(name(), 5, null, ...at)], ...at))],
    ['RuntimeError: this compiler does not handle FunctionTypes', new FunctionType([], name())],
    ['SyntaxError: kwd_attrs (1) / kwd_patterns (0) length mismatch in class pattern', matching(new MatchClass(name(), [], ['x'], [], ...at))],
    ['SyntaxError: keys (1) / patterns (0) length mismatch in mapping pattern', matching(new MatchMapping([constant(1n)], [], null, ...at))],
    ['SyntaxError: mapping pattern keys may only match literals and attribute lookups', matching(new MatchMapping([name()], [wild], null, ...at))],
    ['SyntaxError: patterns may only match literals and attribute lookups', matching(new MatchValue(name(), ...at))],
    ['SyntaxError: multiple starred names in sequence pattern', matching(new MatchSequence([star, star], ...at))],
    ['SyntaxError: wildcard makes remaining patterns unreachable', matching(new MatchOr([wild, wild], ...at))],
    ["SyntaxError: can't use starred expression here", statement(new Expr(parseExpression('[*a]').elts[0], ...at))],
  ];
  it.each(cases)('%s', (expected, tree) => expect(errorOf(tree)).toBe(expected));

  it('need their own symbol table', () => {
    const [tree, other] = ['x', 'x'].map((source) => parse(tokenize(source)));
    expect(() => compile(tree, buildSymbolTable(other))).toThrow('the symbol table was built from another tree');
  });
});

function parseExpression(source: string): { readonly elts: readonly expr[] } {
  return (parse(tokenize(source), { mode: 'eval' }) as Expression).body as unknown as { readonly elts: readonly expr[] };
}

describe('compile', () => {
  it('leaves the tree as it was', () => {
    const tree = parse(tokenize('"doc"\nassert __debug__\nx = 1 + 2\n'));
    const before = JSON.stringify(tree, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
    const symbols = buildSymbolTable(tree);
    const first = codeToJson(compile(tree, symbols, { optimize: 2 }));
    compile(tree, symbols, { optimize: 0 });
    expect(codeToJson(compile(tree, symbols, { optimize: 2 }))).toEqual(first);
    expect(JSON.stringify(tree, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value))).toBe(before);
  });

  it('takes the filename of the symbol table unless told', () => {
    const tree = parse(tokenize('x'));
    const symbols = buildSymbolTable(tree, { filename: 'a.py' });
    expect([compile(tree, symbols).co_filename, compile(tree, symbols, { filename: 'b.py' }).co_filename]).toEqual(['a.py', 'b.py']);
  });

  it('allows await at top level if told', () => {
    const flags = 0x2000;
    expect(compileText('await x\n', { flags }).co_flags).toBe(CodeFlag.COROUTINE);
    expect(compileText('[y async for y in z]\n', { flags }).co_flags).toBe(CodeFlag.COROUTINE);
    expect(compileText('x\n', { flags }).co_flags).toBe(0);
    expect(() => compileText('def f(): await x\n', { flags })).toThrow("'await' outside async function");
    expect(() => compileText('class C: await x\n', { flags })).toThrow("'await' outside function");
  });

  it('passes futures on to every code object', () => {
    const flags = CodeFlag.FUTURE_ANNOTATIONS;
    const code = compileText('def f(x: y): pass\n', { flags });
    expect(code.co_consts).toContainEqual(['x', 'y']);
    expect((code.co_consts[1] as CodeObject).co_flags & flags).toBe(flags);
  });

  it('warns with the whole place, and lets what the callback throws through', () => {
    const warnings: PySyntaxWarning[] = [];
    compileText('é = x is 1\n', { onWarning: (warning) => warnings.push(warning) });
    expect(warnings).toEqual([
      {
        category: 'SyntaxWarning', message: '"is" with \'int\' literal. Did you mean "=="?', filename: '<string>',
        lineno: 1, offset: 6, end_lineno: 1, end_offset: 12,
      },
    ]);
    const refuse = (): never => {
      throw new TypeError('no warnings here');
    };
    expect(() => compileText('x is 1', { onWarning: refuse })).toThrow(TypeError);
  });
});

describe('depth', () => {
  const none = new arguments_([], [], null, [], [], null, []);
  const wraps: readonly (readonly [string, number, (inner: expr) => expr])[] = [
    ['operators', 2995, (inner) => new UnaryOp('USub', inner, ...at)],
    ['attributes', 2995, (inner) => new Attribute(inner, 'b', 'Load', ...at)],
    ['calls', 2995, (inner) => new Call(inner, [], [], ...at)],
    ['lambdas', 2900, (inner) => new Lambda(none, inner, ...at)],
  ];
  it.each(wraps)('of %s is no trouble', (_, depth, wrap) => {
    let tree = name();
    for (let i = 0; i < depth; i++) tree = wrap(tree);
    expect(errorOf(new Expression(tree))).toBe('no error');
    for (let i = 0; i < 100_000; i++) tree = wrap(tree);
    expect(errorOf(new Expression(tree))).toBe('RecursionError: maximum recursion depth exceeded during compilation');
  });

  const many = 100_000;
  const lambdas = 'MemoryError: Parser stack overflowed - Python source too complex to parse';
  const deep = 'RecursionError: maximum recursion depth exceeded during compilation';
  // What native CPython 3.12 says to each; `for x in y` so often ends its process.
  const sources: readonly (readonly [string, string, string])[] = [
    ['brackets', `${'('.repeat(many)}1${')'.repeat(many)}`, 'SyntaxError: too many nested parentheses'],
    ['signs', `${'-'.repeat(many)}1`, lambdas],
    ['powers', `x${' ** x'.repeat(many)}`, lambdas],
    ['lambda expressions', `${'lambda: '.repeat(many)}1`, lambdas],
    ['elif', `if x: pass\n${'elif x: pass\n'.repeat(many)}`, lambdas],
    ['sums', `x${' + x'.repeat(many)}`, deep],
    ['attributes in source', `x${'.a'.repeat(many)}`, deep],
    ['calls in source', `x${'()'.repeat(many)}`, deep],
    ['comprehensions', `[x ${'for x in y '.repeat(many)}]`, deep],
    ['with items', `with ${'x, '.repeat(many)}x: pass`, 'SyntaxError: too many statically nested blocks'],
    ['f-strings', `f'{${"f'{".repeat(many)}`, 'SyntaxError: too many nested f-strings'],
    ['comparisons', `x${' < x'.repeat(many)}`, 'no error'],
    ['decorators', `${'@x\n'.repeat(many)}def f(): pass`, 'no error'],
    ['conditions', `[x for x in y ${'if x '.repeat(many)}]`, 'no error'],
    ['keywords', `f(${Array.from({ length: many }, (_, i) => `a${i}=1`).join(', ')})`, 'no error'],
  ];
  it.each(sources)('100,000 %s give what CPython gives', (_, source, expected) => {
    let outcome = 'no error';
    try {
      compileText(source);
    } catch (error) {
      const { pyClass, message } = error as PySyntaxError;
      outcome = `${pyClass}: ${message}`;
    }
    expect(outcome).toBe(expected);
  }, 30_000);

  it('of an elif chain is no trouble', () => {
    let orelse: stmt[] = [];
    for (let i = 0; i < 2990; i++) orelse = [new If(name(), [new Pass(...at)], orelse, ...at)];
    expect(errorOf(new Module(orelse, []))).toBe('no error');
  });
});
