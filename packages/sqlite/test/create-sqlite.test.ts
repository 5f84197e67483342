import { describe, expect, it } from 'vitest';
import type { SqliteCode } from '@py/code';
import { createSqlite } from '../src/index.ts';

/** A SQLite whose files are nowhere: databases in memory only. */
function create(): SqliteCode {
  const code: SqliteCode = createSqlite({
    sqlite3_os_init() {
      const { functions: { malloc, sqlite3_vfs_register }, memory } = code;
      const [vfs, name] = [malloc(19 * 4), malloc(2)];
      const nothing = code.pointerTo(() => 0);
      new Uint8Array(memory.buffer).set([0x6d, 0], name);
      new Uint32Array(memory.buffer).set([1, 4, 512, 0, name, 0, ...new Array<number>(12).fill(nothing), 0], vfs >> 2);
      return sqlite3_vfs_register(vfs, 1);
    },
    sqlite3_os_end: () => 0,
    host_localtime_r: () => 0,
  });
  return code;
}

const text = ({ memory }: SqliteCode, pointer: number): string => {
  const bytes = new Uint8Array(memory.buffer, pointer);
  return new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(0)));
};

function copy({ functions: { malloc }, memory }: SqliteCode, value: string): number {
  const bytes = new TextEncoder().encode(`${value}\0`);
  const pointer = malloc(bytes.length);
  new Uint8Array(memory.buffer).set(bytes, pointer);
  return pointer;
}

function open(code: SqliteCode): number {
  const result = code.functions.malloc(4);
  expect(code.functions.sqlite3_open_v2(copy(code, ':memory:'), result, 6, 0)).toBe(0);
  return new Uint32Array(code.memory.buffer)[result >> 2];
}

function firstColumn(code: SqliteCode, db: number, sql: string): [pointer: number, finish: () => void] {
  const { functions: { malloc, sqlite3_finalize, sqlite3_prepare_v2, sqlite3_step }, memory } = code;
  const result = malloc(4);
  expect(sqlite3_prepare_v2(db, copy(code, sql), -1, result, 0), text(code, code.functions.sqlite3_errmsg(db))).toBe(0);
  const statement = new Uint32Array(memory.buffer)[result >> 2];
  expect(sqlite3_step(statement)).toBe(100);
  return [statement, () => sqlite3_finalize(statement)];
}

describe('createSqlite', () => {
  it('gives SQLite', () => {
    const code = create();
    expect(code.functions.sqlite3_initialize()).toBe(0);
    expect(text(code, code.functions.sqlite3_libversion())).toBe('3.40.1');
    const [statement, finish] = firstColumn(code, open(code), "select group_concat(upper(value)) from json_each('[\"a\", \"b\"]')");
    expect(text(code, code.functions.sqlite3_column_text(statement, 0))).toBe('A,B');
    finish();
  });

  it('takes and gives numbers of 64 bits in halves', () => {
    const code = create();
    const [statement, finish] = firstColumn(code, open(code), 'select -1234567890123');
    expect(code.functions.sqlite3_column_int64(statement, 0) >>> 0).toBe(Number(BigInt.asUintN(32, -1234567890123n)));
    expect(code.high() | 0).toBe(Number(-1234567890123n >> 32n));
    finish();
  });

  it('lets C call JavaScript', () => {
    const code = create();
    const { functions: { sqlite3_create_function_v2, sqlite3_result_double, sqlite3_value_double } } = code;
    const db = open(code);
    const half = code.pointerTo((context, _count, values) => sqlite3_result_double(context, sqlite3_value_double(new Uint32Array(code.memory.buffer)[values >> 2]) / 2));
    expect(sqlite3_create_function_v2(db, copy(code, 'half'), 1, 1, 0, half, 0, 0, 0)).toBe(0);
    const [statement, finish] = firstColumn(code, db, 'select half(5)');
    expect(code.functions.sqlite3_column_double(statement, 0)).toBe(2.5);
    finish();
  });

  it('grows its memory, and shares it with nobody', () => {
    const [one, two] = [create(), create()];
    const before = one.memory.buffer;
    const [statement, finish] = firstColumn(one, open(one), 'select length(randomblob(20000000))');
    expect(one.functions.sqlite3_column_int64(statement, 0)).toBe(20_000_000);
    expect(one.memory.buffer.byteLength).toBeGreaterThan(before.byteLength);
    finish();
    expect(two.memory.buffer.byteLength).toBe(before.byteLength);
  });
});
