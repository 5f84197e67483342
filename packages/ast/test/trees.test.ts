import { describe, expect, it } from 'vitest';
import * as ast from '../src/index.ts';
import type { ConstantValue, PySyntaxError } from '../src/index.ts';

const at = [1, 0, 1, 1] as const;
const name = (id: string, ctx: ast.expr_context = 'Load'): ast.Name => new ast.Name(id, ctx, ...at);
const constant = (value: ConstantValue): ast.Constant => new ast.Constant(value, null, ...at);
const expr = (value: ast.expr): ast.Expr => new ast.Expr(value, ...at);
const module = (...body: ast.stmt[]): ast.Module => new ast.Module(body, []);
const sum = new ast.BinOp(name('a'), 'Add', constant(1n), ...at);

describe('dump', () => {
  it('is one line by default', () => {
    expect(ast.dump(sum)).toBe("BinOp(left=Name(id='a', ctx=Load()), op=Add(), right=Constant(value=1))");
  });

  it('can do without names, and show places', () => {
    expect(ast.dump(sum.left, { annotate_fields: false, include_attributes: true })).toBe(
      "Name('a', Load(), lineno=1, col_offset=0, end_lineno=1, end_col_offset=1)",
    );
    // An absent field makes those after it named.
    expect(ast.dump(new ast.Return(null, ...at), { annotate_fields: false })).toBe('Return()');
  });

  it('indents', () => {
    expect(ast.dump(module(expr(sum)), { indent: 2 })).toBe(
      "Module(\n  body=[\n    Expr(\n      value=BinOp(\n        left=Name(id='a', ctx=Load()),\n        op=Add(),\n        right=Constant(value=1)))],\n  type_ignores=[])",
    );
    expect(ast.dump(expr(name('a')), { indent: '\t' })).toBe("Expr(\n\tvalue=Name(id='a', ctx=Load()))");
  });
});

describe('reprConstant', () => {
  it.each<[ConstantValue, string]>([
    [null, 'None'], [true, 'True'], [10n ** 20n, '100000000000000000000'], [1, '1.0'], [-0, '-0.0'], [1e16, '1e+16'], [123456789012345680, '1.2345678901234568e+17'],
    [1e-5, '1e-05'], [0.0001, '0.0001'], [Infinity, 'inf'], [NaN, 'nan'], [ast.complex(0, 1), '1j'], [ast.complex(-0, -2.5), '(-0-2.5j)'],
    ['it\'s', '"it\'s"'], ['\'"', '\'\\\'"\''], ['\x00\n\x7f\xa0é\u2028\ud800😀', "'\\x00\\n\\x7f\\xa0é\\u2028\\ud800😀'"], [Uint8Array.of(39, 0, 255, 92), `b"'\\x00\\xff\\\\"`],
    [ast.Ellipsis, 'Ellipsis'], [[1n], '(1,)'], [[], '()'], [{ kind: 'frozenset', items: [1n] }, 'frozenset({1})'], [{ kind: 'str', codePoints: [0xd83d, 0xde00] }, "'\\ud83d\\ude00'"],
    ['\u2ffc', "'\\u2ffc'"], // new in Unicode 15.1
  ])('%#: %s', (value, text) => {
    expect(ast.reprConstant(value)).toBe(text);
  });
});

describe('walk', () => {
  it('goes from the top down, in the order of the source, and not below what returns false', () => {
    const seen: string[] = [];
    ast.walk(module(expr(sum), expr(new ast.Lambda(new ast.arguments_([], [], null, [], [], null, []), name('b'), ...at))), {
      BinOp: () => void seen.push('+'),
      Name: ({ id }) => void seen.push(id),
      Lambda: () => false,
    });
    expect(seen).toEqual(['+', 'a']);
  });

  it('does not recurse', () => {
    let deep: ast.expr = name('a');
    for (let i = 0; i < 200_000; i++) deep = new ast.Attribute(deep, 'b', 'Load', ...at);
    let names = 0;
    ast.walk(deep, { Name: () => void names++ });
    expect(names).toBe(1);
  });
});

describe('visit', () => {
  it('lets each function decide what comes below', () => {
    const text = (node: ast.AnyNode): string | undefined => ast.visit(node, visitor, undefined);
    const visitor: ast.NodeVisitor<string> = {
      BinOp: ({ left, right }) => `${text(left)} + ${text(right)}`,
      Name: ({ id }) => id,
      Constant: ({ value }) => String(value),
    };
    expect(text(sum)).toBe('a + 1');
    expect(text(expr(sum))).toBeUndefined();
  });
});

describe('transform', () => {
  const tree = module(expr(sum), new ast.Pass(...at));

  it('replaces, removes and multiplies nodes and leaves the tree as it was', () => {
    const before = ast.dump(tree);
    const result = ast.transform(tree, { Constant: () => name('x'), Pass: () => null });
    expect(ast.unparse(result)).toBe('a + x');
    expect(ast.unparse(ast.transform(tree, { Pass: (node) => [node, node], Expr: (node) => node }))).toBe('a + 1\npass\npass');
    expect(ast.dump(tree)).toBe(before);
  });

  it('shares what it does not change', () => {
    const result = ast.transform(tree, { Pass: () => null });
    expect(result.body[0]).toBe(tree.body[0]);
    expect(ast.transform(tree, {})).toBe(tree);
  });

  it('refuses several nodes in the place of one', () => {
    expect(() => ast.transform(tree, { Name: (node) => [node, node] })).toThrow(TypeError);
  });
});

describe('JSON', () => {
  it.each<ConstantValue>([null, true, 1n, -1.5, Infinity, -0, 'a', Uint8Array.of(1, 2), ast.complex(1, 2), ast.Ellipsis, [1n, [null]], { kind: 'str', codePoints: [0xd83d, 0xde00] }])(
    'keeps the constant %s',
    (value) => {
      const back = ast.fromJson(JSON.parse(JSON.stringify(ast.toJson(constant(value)))) as ast.Json) as ast.Constant;
      expect(back.value).toEqual(value);
    },
  );

  it('makes nodes of the same classes again', () => {
    const tree = module(expr(sum));
    const back = ast.fromJson(JSON.parse(JSON.stringify(ast.toJson(tree))) as ast.Json);
    expect(back).toBeInstanceOf(ast.Module);
    expect(ast.dump(back, { include_attributes: true })).toBe(ast.dump(tree, { include_attributes: true }));
  });

  it('refuses what is no tree', () => {
    expect(() => ast.fromJson({ nodeType: 'Nothing' })).toThrow('there is no node called Nothing');
    expect(() => ast.fromJson({ nodeType: 'Module', body: 1, type_ignores: [] })).toThrow('field body must be a list');
    expect(() => ast.fromJson({ nodeType: 'Constant', value: 1, kind: null })).toThrow('this is no constant: 1');
  });
});

describe('getSourceSegment', () => {
  const source = 'é = "日本" + (a,\r\n\tb)\n';
  it('counts columns in UTF-8 bytes', () => {
    expect(ast.getSourceSegment(source, { lineno: 1, col_offset: 5, end_lineno: 1, end_col_offset: 13 })).toBe('"日本"');
    expect(ast.getSourceSegment(source, { lineno: 1, col_offset: 16, end_lineno: 2, end_col_offset: 3 })).toBe('(a,\r\n\tb)');
    expect(ast.getSourceSegment(source, { lineno: 1, col_offset: 16, end_lineno: 2, end_col_offset: 3 }, { padded: true })).toBe('           (a,\r\n\tb)');
    expect(ast.getSourceSegment(source, { lineno: 1, col_offset: 0 })).toBeNull();
  });
});

describe('validate', () => {
  const statement = (node: ast.stmt): string => {
    try {
      ast.validate(module(node));
    } catch (error) {
      const { name, pyClass, message } = error as PySyntaxError;
      if (name !== 'PySyntaxError') throw error;
      return `${pyClass}: ${message}`;
    }
    return 'valid';
  };
  const value = (node: ast.expr): string => statement(expr(node));
  const pattern = (node: ast.pattern): string => statement(new ast.Match(name('a'), [new ast.match_case(node, null, [new ast.Pass(...at)])], ...at));
  const pass = [new ast.Pass(...at)];
  const wildcard = new ast.MatchAs(null, null, ...at);
  const parameters = (args: ast.arg[], kwonlyargs: ast.arg[], defaults: ast.expr[]): ast.expr =>
    new ast.Lambda(new ast.arguments_([], args, null, kwonlyargs, [], null, defaults), name('a'), ...at);

  it.each([
    ['a sum', value(sum), 'valid'],
    ['an empty body', statement(new ast.If(name('a'), [], [], ...at)), 'ValueError: empty body on If'],
    ['no targets', statement(new ast.Assign([], name('a'), null, ...at)), 'ValueError: empty targets on Assign'],
    ['a context', value(name('a', 'Store')), 'ValueError: expression must have Load context but has Store instead'],
    ['a target', statement(new ast.Assign([constant(1n)], name('a'), null, ...at)), "ValueError: expression which can't be assigned to in Store context"],
    ['a name', value(name('None')), "ValueError: identifier field can't represent 'None' constant"],
    ['a BoolOp', value(new ast.BoolOp('And', [name('a')], ...at)), 'ValueError: BoolOp with less than 2 values'],
    ['a Dict', value(new ast.Dict([name('a')], [], ...at)), "ValueError: Dict doesn't have the same number of keys as values"],
    ['a comprehension', value(new ast.ListComp(name('a'), [], ...at)), 'ValueError: comprehension with no generators'],
    ['a Compare', value(new ast.Compare(name('a'), ['Eq'], [], ...at)), 'ValueError: Compare with no comparators'],
    ['its operators', value(new ast.Compare(name('a'), ['Eq'], [name('a'), name('b')], ...at)), 'ValueError: Compare has a different number of comparators and operands'],
    ['defaults', value(parameters([], [], [name('a')])), 'ValueError: more positional defaults than args on arguments'],
    ['kw_defaults', value(parameters([], [new ast.arg('a', null, null, ...at)], [])), 'ValueError: length of kwonlyargs is not the same as kw_defaults on arguments'],
    ['AnnAssign', statement(new ast.AnnAssign(new ast.Attribute(name('a'), 'b', 'Store', ...at), name('c'), null, 1, ...at)), 'TypeError: AnnAssign with simple non-Name target'],
    ['Raise', statement(new ast.Raise(null, name('a'), ...at)), 'ValueError: Raise with cause but no exception'],
    ['Try', statement(new ast.Try(pass, [], [], [], ...at)), 'ValueError: Try has neither except handlers nor finalbody'],
    ['Try with else', statement(new ast.Try(pass, [], pass, pass, ...at)), 'ValueError: Try has orelse but no except handlers'],
    ['ImportFrom', statement(new ast.ImportFrom('a', [new ast.alias('b', null, ...at)], -1, ...at)), 'ValueError: Negative ImportFrom level'],
    ['TypeAlias', statement(new ast.TypeAlias(new ast.Attribute(name('a'), 'b', 'Store', ...at), [], name('c'), ...at)), 'TypeError: TypeAlias with non-Name name'],
    ['a constant in a pattern', pattern(new ast.MatchValue(constant(ast.Ellipsis), ...at)), 'ValueError: unexpected constant inside of a literal pattern'],
    ['a name in a pattern', pattern(new ast.MatchValue(name('a'), ...at)), 'ValueError: patterns may only match literals and attribute lookups'],
    ['MatchSingleton', pattern(new ast.MatchSingleton(1n, ...at)), 'ValueError: MatchSingleton can only contain True, False and None'],
    ['MatchMapping', pattern(new ast.MatchMapping([constant(1n)], [], null, ...at)), "ValueError: MatchMapping doesn't have the same number of keys as patterns"],
    ['its rest', pattern(new ast.MatchMapping([], [], '_', ...at)), "ValueError: can't capture name '_' in patterns"],
    ['MatchClass', pattern(new ast.MatchClass(constant(1n), [], [], [], ...at)), 'ValueError: MatchClass cls field can only contain Name or Attribute nodes.'],
    ['its keywords', pattern(new ast.MatchClass(name('A'), [], ['a'], [], ...at)), "ValueError: MatchClass doesn't have the same number of keyword attributes as patterns"],
    ['MatchStar', pattern(new ast.MatchStar('a', ...at)), "ValueError: can't use MatchStar here"],
    ['MatchAs', pattern(new ast.MatchAs(wildcard, null, ...at)), 'ValueError: MatchAs must specify a target name if a pattern is given'],
    ['MatchOr', pattern(new ast.MatchOr([wildcard], ...at)), 'ValueError: MatchOr requires at least 2 patterns'],
    ['lines', value(new ast.Constant(1n, null, 2, 0, 1, 0)), 'ValueError: AST node line range (2, 1) is not valid'],
    ['negative columns', value(new ast.Constant(1n, null, 1, -1, 1, 0)), 'ValueError: AST node column range (-1, 0) for line range (1, 1) is not valid'],
    ['columns', value(new ast.Constant(1n, null, 1, 5, 1, 0)), 'ValueError: line 1, column 5-0 is not a valid range'],
  ])('%s', (_what, got, expected) => {
    expect(got).toBe(expected);
  });
});
