import { CodeObject, type CodeFields, type Constant } from '@py/code';
import { describe, expect, it } from 'vitest';
import { ConstantTable, SharedConstants } from '../src/constants.ts';

const complex = (real: number, imag: number): Constant => ({ kind: 'complex', real, imag });
const frozenset = (...items: Constant[]): Constant => ({ kind: 'frozenset', items });
const code = (fields: Partial<CodeFields>): CodeObject =>
  new CodeObject({
    co_argcount: 0, co_posonlyargcount: 0, co_kwonlyargcount: 0, co_stacksize: 1, co_flags: 0, co_code: Uint8Array.of(151, 0),
    co_consts: [], co_names: [], co_localsplusnames: [], co_localspluskinds: new Uint8Array(0), co_filename: 'f', co_name: 'f',
    co_qualname: 'f', co_firstlineno: 1, co_linetable: Uint8Array.of(0x80), co_exceptiontable: new Uint8Array(0), ...fields,
  });

describe('ConstantTable', () => {
  it.each<[string, Constant[]]>([
    ['types', [1n, 1, true, '1', Uint8Array.of(49), complex(1, 0), [1n], [1], [true], frozenset(1n), frozenset(1), null, 'None', [null]]],
    ['the sign of zero', [0, -0, complex(0, 0), complex(-0, 0), complex(0, -0), complex(-0, -0), [0], [-0]]],
    ['NaNs, each of which is its own', [NaN, NaN, [NaN], [NaN], complex(NaN, 0), complex(NaN, 0)]],
    ['texts', ['a', '', 'a,b', ['a', 'b'], ['a,b'], { kind: 'str', codePoints: [0xd83d, 0xde00] }, '\u{1f600}']],
    ['code at different places', [code({}), code({ co_firstlineno: 2 }), code({ co_linetable: Uint8Array.of(0x81) }), code({ co_consts: [1] }), code({ co_consts: [1n] })]],
  ])('keeps apart %s', (_, values) => {
    const table = new ConstantTable(new SharedConstants());
    expect(values.map((value) => table.add(value))).toEqual(values.map((_value, index) => index));
    expect(table.values).toEqual(values);
  });

  it.each<[string, Constant, Constant]>([
    ['ints', 10n ** 30n, 10n ** 30n],
    ['bytes', Uint8Array.of(1, 2), Uint8Array.of(1, 2)],
    ['tuples', [1n, ['a', -0]], [1n, ['a', -0]]],
    ['frozensets in any order', frozenset(1n, 'a'), frozenset('a', 1n)],
    ['`...`', { kind: 'ellipsis' }, { kind: 'ellipsis' }],
    ['code compiled twice from one place', code({}), code({ co_qualname: 'g.f', co_filename: 'g' })],
  ])('joins equal %s', (_, first, second) => {
    const table = new ConstantTable(new SharedConstants());
    expect([table.add(first), table.add(second)]).toEqual([0, 0]);
    expect(table.values).toEqual([first]);
  });

  it('shares equal objects with the other tables of the module', () => {
    const shared = new SharedConstants();
    const [first, second] = [new ConstantTable(shared), new ConstantTable(shared)];
    first.add([1n, 'a']);
    first.add(Uint8Array.of(1));
    second.add([1n, 'b']);
    second.add([1n, 'a']);
    second.add(Uint8Array.of(1));
    expect(second.values[1]).toBe(first.values[0]);
    expect(second.values[2]).toBe(first.values[1]);
    expect(second.values[0]).not.toBe(first.values[0]);
    second.add([[1n, 'a'], null]);
    expect((second.values[3] as readonly Constant[])[0]).toBe(first.values[0]);
  });
});
