import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { PySyntaxError, SymbolTableBlock } from '@py/ast';
import { parse } from '@py/parser';
import { tokenize } from '@py/tokenizer';
import { buildSymbolTable } from '../src/index.ts';

const fixtures = new URL('fixtures/', import.meta.url);

function cases(topic: string): string[] {
  return readdirSync(new URL(`${topic}/`, fixtures)).filter((name) => name.endsWith('.py')).map((name) => name.slice(0, -3));
}

function recorded(path: string): unknown {
  return JSON.parse(readFileSync(new URL(path, fixtures), 'utf8'));
}

function tableOf(topic: string, name: string): SymbolTableBlock {
  const filename = `${name}.py`;
  const source = readFileSync(new URL(`${topic}/${filename}`, fixtures));
  return buildSymbolTable(parse(tokenize(source, { filename })), { filename }).top;
}

/** As recorded. Names that only pass through (free and nothing else) come last: CPython has them in the order of a set. */
interface TableJson {
  readonly name: string;
  readonly type: number;
  readonly lineno: number;
  readonly nested: boolean;
  readonly symbols: readonly (readonly [string, number])[];
  readonly varnames: readonly string[];
  readonly children: readonly TableJson[];
}

const PASSING = 4 << 12;

function inOrder(symbols: readonly (readonly [string, number])[]): (readonly [string, number])[] {
  const passing = symbols.filter(([, flags]) => flags === PASSING);
  return [...symbols.filter(([, flags]) => flags !== PASSING), ...passing.sort(([a], [b]) => (a < b ? -1 : 1))];
}

function ours({ name, type, lineno, nested, symbols, varnames, children }: SymbolTableBlock): TableJson {
  return { name, type, lineno, nested, symbols: inOrder([...symbols]), varnames, children: children.map(ours) };
}

function theirs(table: Omit<TableJson, 'symbols'> & { readonly symbols: Readonly<Record<string, number>> }): TableJson {
  return { ...table, symbols: inOrder(Object.entries(table.symbols)), children: (table.children as never[]).map(theirs) };
}

describe('scopes', () => {
  it.each(cases('scopes'))('%s', (name) => {
    expect(ours(tableOf('scopes', name))).toEqual(theirs(recorded(`scopes/${name}.symtable.json`) as never));
  });
});

describe('errors', () => {
  it.each(cases('errors'))('%s', (name) => {
    const { error: expected } = recorded(`errors/${name}.errors.json`) as { readonly error: Record<string, unknown> };
    let error: PySyntaxError | null = null;
    try {
      tableOf('errors', name);
    } catch (thrown) {
      error = thrown as PySyntaxError;
    }
    const { pyClass, message, filename, lineno, offset, end_lineno, end_offset, text } = error!;
    expect({ class: pyClass, msg: message, filename, lineno, offset, end_lineno, end_offset, text }).toEqual(expected);
  });
});
