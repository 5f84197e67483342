import { readFileSync } from 'node:fs';
import { codeFromJson, codeToJson, isCodeObject } from '@py/code';
import type { CodeJson, CodeObject } from '@py/code';
import { describe, expect, it } from 'vitest';
import { dumps, loadAt, loads, StopIteration } from '../src/index.ts';
import type { DumpOptions, MarshalList, MarshalValue, PycError } from '../src/index.ts';
import { flatten } from './flatten.ts';

function fixture(path: string): Buffer {
  return readFileSync(new URL(`fixtures/${path}`, import.meta.url));
}

function rows(path: string): string[][] {
  return fixture(path).toString('utf8').trimEnd().split('\n').map((line) => line.split('\t'));
}

/** Frozensets with their items sorted: how CPython orders them depends on what else is in the file. */
function inOneOrder(json: unknown): unknown {
  return JSON.parse(JSON.stringify(json), (key, value: unknown) => (key === 'frozenset' ? (value as unknown[]).map((item) => JSON.stringify(item)).sort() : value));
}

function caught(run: () => unknown): PycError {
  try {
    run();
  } catch (error) {
    expect((error as Error).name).toBe('PycError');
    return error as PycError;
  }
  throw new Error('nothing was thrown');
}

describe.each(['empty', 'sharing'])('the code object of %s.py', (name) => {
  const bytes = new Uint8Array(fixture(`code/${name}.marshal`));
  const json = JSON.parse(fixture(`code/${name}.code.json`).toString('utf8')) as CodeJson;

  it('is read as CPython compiled it', () => {
    const code = loads(bytes);
    expect(inOneOrder(isCodeObject(code) && codeToJson(code))).toEqual(inOneOrder(json));
  });

  it('is written with the objects, type codes and order of CPython', () => {
    expect(flatten(dumps(loads(bytes)))).toBe(flatten(bytes));
    // Also when nothing tells which objects were shared.
    expect(flatten(dumps(codeFromJson(json)))).toBe(flatten(bytes));
  });

  it('is no more than 3 % longer than CPython writes it', () => {
    expect(dumps(loads(bytes)).length).toBeLessThanOrEqual(bytes.length * 1.03);
  });
});

describe('values of every type', () => {
  it.each(rows('values/values.stdout'))('%s in version %s', (_, version, hex) => {
    const bytes = new Uint8Array(Buffer.from(hex, 'hex'));
    const options = { version: Number(version) } as DumpOptions;
    expect(flatten(dumps(loads(bytes), options))).toBe(flatten(bytes));
  });

  it('reads them as what they are', () => {
    const read = (expression: string): MarshalValue => loads(Buffer.from(rows('values/values.stdout').find((row) => row[0] === expression)?.[2] ?? '', 'hex'));
    expect(read('StopIteration')).toBe(StopIteration);
    expect(read('-2**75+12345')).toBe(-(2n ** 75n) + 12345n);
    expect(read('-(1 << 1000)')).toBe(-(1n << 1000n));
    expect(read('-0.0')).toBe(-0);
    expect(read('1.5-2.5j')).toEqual({ kind: 'complex', real: 1.5, imag: -2.5 });
    expect(read("bytearray(b'ab')")).toEqual(Uint8Array.of(97, 98));
    expect(read("'\\U0001f600'")).toBe('😀');
    expect(read("'\\ud800'")).toBe('\ud800');
    expect(read("'\\ud83d\\ude00'")).toEqual({ kind: 'str', codePoints: [0xd83d, 0xde00] });
    expect(read("{'a': 1, 2: (3,), None: {}}")).toEqual({ kind: 'dict', entries: [['a', 1n], [2n, [3n]], [null, { kind: 'dict', entries: [] }]] });
    expect(read('[1, [2, []]]')).toEqual({ kind: 'list', items: [1n, { kind: 'list', items: [2n, { kind: 'list', items: [] }] }] });
    expect(read("frozenset({'b', 'a', 'c'})")).toEqual({ kind: 'frozenset', items: ['a', 'b', 'c'] });
  });
});

describe('references', () => {
  it('keep what is shared shared, and what contains itself', () => {
    const inner: MarshalList = { kind: 'list', items: [] };
    const outer: MarshalList = { kind: 'list', items: [inner, inner] };
    outer.items.push(outer);
    const read = loads(dumps(outer)) as MarshalList;
    expect(read.items[0]).toBe(read.items[1]);
    expect(read.items[2]).toBe(read);
    const equal: MarshalList = { kind: 'list', items: [{ kind: 'list', items: [] }, { kind: 'list', items: [] }] };
    const apart = loads(dumps(equal)) as MarshalList;
    expect(apart.items[0]).not.toBe(apart.items[1]);
  });

  it('are made to equal tuples of names', () => {
    const code: CodeJson = { ...codeToJson(loads(fixture('code/sharing.marshal')) as CodeObject), co_names: ['x', 'y'], co_consts: [] };
    const apart = codeFromJson({ ...code, co_consts: [{ code }, { code }] });
    const read = loads(dumps(apart)) as CodeObject;
    const [first, second] = read.co_consts as readonly CodeObject[];
    expect(first.co_names).toEqual(['x', 'y']);
    expect(second.co_names).toBe(first.co_names);
    expect(read.co_names).toBe(first.co_names);
  });

  it('are not made before version 3', () => {
    const item = ['x', 'y'];
    expect(dumps([item, item], { version: 2 }).length).toBeGreaterThan(dumps([item, item], { version: 4 }).length);
    expect(loads(dumps([item, item], { version: 2 }))).toEqual([item, item]);
  });

  it('number only marked objects', () => {
    const many = Array.from({ length: 1000 }, (_, index) => [`name${index % 300}`, BigInt(index % 70) * 1000n, index / 7]);
    expect(loads(dumps(many))).toEqual(many);
  });

  it('tell interned strings from others', () => {
    const marked = 0x80;
    expect(dumps('a b', { isInterned: () => true })[0]).toBe('Z'.charCodeAt(0) | marked);
    expect(dumps('ab', { isInterned: () => false })[0]).toBe('z'.charCodeAt(0) | marked);
  });
});

describe('damaged data', () => {
  it.each(rows('errors/damaged.stdout'))('%s: %s', (hex, pyClass, message) => {
    const error = caught(() => loads(Buffer.from(hex, 'hex')));
    expect([error.pyClass, error.message]).toEqual([pyClass, message]);
  });

  it('stops at the depth at which CPython stops', () => {
    const nested = (levels: number): Uint8Array => Uint8Array.from({ length: 2 * levels + 1 }, (_, index) => (index === 2 * levels ? 0x4e : index % 2 ? 1 : 0x29));
    expect(loads(nested(1999))).toHaveLength(1);
    expect(caught(() => loads(nested(2000))).message).toBe('recursion limit exceeded');
    let value: MarshalValue = null;
    for (let level = 0; level < 1999; level++) value = [value];
    expect(dumps(value, { version: 2 })).toHaveLength(1999 * 5 + 1);
    expect(loads(dumps(value))).toEqual(value);
    expect(caught(() => dumps([value])).message).toBe('object too deeply nested to marshal');
    expect(caught(() => dumps(undefined as unknown as MarshalValue)).message).toBe('unmarshallable object');
  });

  it('allocates only what the data holds', () => {
    for (const type of '([<>sutaAl') {
      const promised = Uint8Array.of(type.charCodeAt(0), 0xff, 0xff, 0xff, 0x7f, 0x4e);
      expect(caught(() => loads(promised)).pyClass).toBe('EOFError');
    }
  });

  it('takes time in proportion to the data, however alike it is', () => {
    const alike = Array.from({ length: 100_000 }, (_, index) => {
      const bytes = new Uint8Array(80);
      new DataView(bytes.buffer).setInt32(40, index);
      return bytes;
    });
    const numbers = alike.map((_, index) => (1n << 1000n) + (BigInt(index) << 500n) + 1n);
    for (const items of [alike, numbers]) {
      const read = loads(dumps({ kind: 'list', items })) as MarshalList;
      expect(read.items).toHaveLength(items.length);
      expect(read.items[77_777]).toEqual(items[77_777]);
    }
  });

  it('reads and writes what is very long', () => {
    const number = (7n << 1_000_000n) - 5n;
    const texts = ['ü', '\ud800', '\ud83d\ude00', 'x\udfff'].map((character) => `${'a'.repeat(9999)}${character.repeat(9999)}`);
    for (const value of [number, -number, ...texts]) expect(loads(dumps(value))).toBe(value);
    const codePoints = [...Array<number>(9999).fill(0x61), 0xd83d, 0xde00];
    expect(loads(dumps({ kind: 'str', codePoints }))).toEqual({ kind: 'str', codePoints });
  });

  it('gives a value or a PycError for any damage', () => {
    const original = fixture('code/sharing.marshal');
    let state = 1;
    const random = (below: number): number => (state = (Math.imul(state, 1103515245) + 12345) >>> 0) % below;
    let read = 0;
    for (let round = 0; round < 3000; round++) {
      const bytes = new Uint8Array(original);
      for (let wounds = 1 + random(4); wounds > 0; wounds--) bytes[random(bytes.length)] = random(256);
      try {
        loads(bytes.subarray(0, random(8) === 0 ? random(bytes.length) : bytes.length));
        read++;
      } catch (error) {
        expect((error as Error).name).toBe('PycError');
      }
    }
    expect(read).toBeGreaterThan(0);
  });

  it('tells where an object ends in a stream', () => {
    const bytes = Uint8Array.of(0x4e, 0x69, 5, 0, 0, 0, 0x54);
    expect(loadAt(bytes, 1)).toEqual({ value: 5n, end: 6 });
  });
});
