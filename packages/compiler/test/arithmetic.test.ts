import type { ConstantValue, operator } from '@py/ast';
import { describe, expect, it } from 'vitest';
import { binary, subscript, unary } from '../src/fold/arithmetic.ts';
import { atan2, cos, exp, hypot, log, power, sin } from '../src/fold/elementary.ts';

/** Expectations are CPython 3.12's, unless said otherwise. */
describe('binary', () => {
  it.each<[ConstantValue, operator, ConstantValue, ConstantValue | undefined]>([
    [-7n, 'FloorDiv', 2n, -4n],
    [-7n, 'Mod', 2n, 1n],
    [7n, 'Mod', -2n, -1n],
    [-6n, 'Mod', 2n, 0n],
    [0n, 'Pow', 10n ** 30n, 0n],
    [0n, 'LShift', 10n ** 30n, 0n],
    [-1n, 'RShift', 10n ** 30n, -1n],
    [2n ** 63n, 'LShift', 64n, 2n ** 127n],
    [2n ** 63n, 'LShift', 65n, undefined],
    [true, 'BitXor', true, false],
    [true, 'BitOr', 2n, 3n],
    [10n ** 400n, 'Div', 10n ** 399n, 10],
    [10n ** 400n, 'Div', 3n, undefined],
    [1n, 'Div', 10n ** 400n, 0],
    [-1n, 'Div', 10n ** 400n, -0],
    [3n, 'Div', 2n ** 1075n, 1e-323],
    [1n, 'Div', 2n ** 1075n, 0],
    [2n ** 53n + 1n, 'Div', 1n, 9007199254740992],
    [2n ** 53n + 3n, 'Div', 1n, 9007199254740996],
    [2n ** 53n - 1n, 'Div', 2n ** 1074n, 4.4501477170144023e-308],
    [10n ** 400n, 'Add', 1, undefined],
    [2n, 'Pow', -1n, 0.5],
    [0n, 'Pow', -1n, undefined],
    [-0, 'Pow', -1, undefined],
    [-0, 'Pow', 3, -0],
    [-Infinity, 'Pow', 3, -Infinity],
    [-1, 'Pow', Infinity, 1],
    [0.5, 'Pow', -Infinity, Infinity],
    [1e300, 'Pow', 2, undefined],
    [-7.5, 'FloorDiv', 2, -4],
    [-0, 'FloorDiv', 1, -0],
    [-1, 'FloorDiv', Infinity, -1],
    [-1, 'Mod', Infinity, Infinity],
    [-4, 'Mod', 2, 0],
    [4, 'Mod', -2, -0],
    [1n, 'Sub', { kind: 'complex', real: 0, imag: 1 }, { kind: 'complex', real: 1, imag: -1 }],
    [{ kind: 'complex', real: 1, imag: 2 }, 'FloorDiv', 1n, undefined],
    [-1n, 'Pow', 0.5, { kind: 'complex', real: 6.123233995736766e-17, imag: 1 }],
    ['a', 'Mult', -1n, undefined],
    ['', 'Mult', -1n, ''],
    ['', 'Mult', 2n ** 63n, undefined],
    [[], 'Mult', 2n ** 62n, []],
    [[[1n, 2n], [3n, 4n]], 'Mult', 200n, undefined],
    ['\ud83d', 'Add', '\ude00', { kind: 'str', codePoints: [0xd83d, 0xde00] }],
    ['a', 'Mod', [1n], undefined],
    [{ kind: 'frozenset', items: [1n, 2n] }, 'BitAnd', { kind: 'frozenset', items: [2, 3n] }, { kind: 'frozenset', items: [2n] }],
  ])('%s %s %s', (left, op, right, expected) => {
    expect(binary(op, left, right)).toStrictEqual(expected);
  });
});

describe('unary and subscript', () => {
  it('knows bool as an int', () => {
    expect([unary('USub', true), unary('UAdd', false), unary('Invert', true), unary('Not', 0n)]).toEqual([-1n, 0n, -2n, true]);
  });
  it('leaves alone what raises', () => {
    expect([unary('USub', 'a'), unary('Invert', 1), subscript([1n], 1n), subscript('a', -2n), subscript([1n], 0)]).toEqual(Array(5).fill(undefined));
  });
  it('counts characters, not code units', () => {
    expect([subscript('\u{1f600}é', 1n), subscript('\u{1f600}é', -2n), subscript(Uint8Array.of(7), 0n)]).toEqual(['é', '\u{1f600}', 7n]);
  });
});

describe('elementary functions', () => {
  it.each<[string, number, number]>([
    ['2 ** 0.5', power(2, 0.5), Math.SQRT2],
    ['4 ** 0.5', power(4, 0.5), 2],
    ['10 ** -5', power(10, -5), 1e-5],
    ['10 ** 22', power(10, 22), 1e22],
    ['3 ** 34, halfway between two doubles', power(3, 34), 16677181699666568],
    ['2 ** -1074', power(2, -1074), 5e-324],
    ['1.0000000000000002 ** 1e18', power(1 + 2 ** -52, 1e18), 2.7086111089766717e96],
    ['e', exp(1), Math.E],
    ['exp(-745)', exp(-745), 5e-324],
    ['log(10)', log(10), Math.LN10],
    ['log just above 1', log(1 + 2 ** -52), 2.2204460492503128e-16],
    ['sin(1e22)', sin(1e22), -0.8522008497671888],
    ['cos(1e22)', cos(1e22), 0.523214785395139],
    ['sin of the double nearest to pi', sin(Math.PI), 1.2246467991473532e-16],
    ['atan2(1, -1)', atan2(1, -1), (3 * Math.PI) / 4],
    ['atan2(-0, -1)', atan2(-0, -1), -Math.PI],
    ['hypot(3, 4)', hypot(3, 4), 5],
    ['hypot of the smallest', hypot(5e-324, 5e-324), 5e-324],
  ])('%s', (_, actual, expected) => {
    expect(actual).toBe(expected);
  });
});
