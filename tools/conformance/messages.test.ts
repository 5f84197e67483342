// Every text that a phase of the front end can say has a fixture in which CPython says it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { messages as compiler } from '../../packages/compiler/src/messages.ts';
import { errorMessages, messages as parser } from '../../packages/parser/src/messages.ts';
import { messages as symtable } from '../../packages/symtable/src/messages.ts';
import * as tokenizer from '../../packages/tokenizer/src/messages.ts';
import { filesUnder, root } from '../lib/files.ts';

/** What a table of messages holds: texts, and functions that put a name or number in. */
type Messages = Readonly<Record<string, string | ((...values: never[]) => string)>>;

const tables: Readonly<Record<string, Messages>> = { tokenizer, 'parser, parts': parser, 'parser, rules': errorMessages, symtable, compiler };

/** What no fixture can say, and the test that shows it instead. */
const elsewhere: Readonly<Record<string, string>> = {
  'tokenizer/nullBytesInFile': 'tokenizer/test/tokenize.test.ts',
  'tokenizer/notUtf8': 'tokenizer/test/tokenize.test.ts',
  'tokenizer/surrogates': 'tokenizer/test/tokenize.test.ts',
  'tokenizer/missingDeclaration': 'tokenizer/test/tokenizer-iter.test.ts',
  'tokenizer/unexpectedEndOfLines': 'tokenizer/test/fixtures/tokenize/unclosed-bracket.tokenize',
  'symtable/functionType': 'compiler/test/compile.test.ts',
  'symtable/recursion': 'compiler/test/compile.test.ts',
  'compiler/recursion': 'compiler/test/compile.test.ts',
  'compiler/badAugmentedTarget': 'compiler/test/compile.test.ts',
  'compiler/badAnnotatedTarget': 'compiler/test/compile.test.ts',
  'compiler/badConversion': 'compiler/test/compile.test.ts',
  'compiler/badMappingKey': 'compiler/test/compile.test.ts',
  'compiler/badPatternValue': 'compiler/test/compile.test.ts',
  'compiler/classPatternLengths': 'compiler/test/compile.test.ts',
  'compiler/mappingPatternLengths': 'compiler/test/compile.test.ts',
};

/** The symbol table refuses such trees first, in CPython too. */
const neverSaid = ['compiler/badModule'];

const said = recordedTexts();

describe.each(Object.entries(tables))('%s', (phase, table) => {
  it.each(Object.keys(table).filter((name) => !neverSaid.includes(`${phase}/${name}`)))('%s', (name) => {
    const shown = elsewhere[`${phase}/${name}`];
    const text = shown === undefined ? null : readFileSync(join(root, 'packages', shown), 'utf8').replaceAll('\\\\', '\\');
    for (const pattern of patternsOf(table[name])) {
      const found = text === null ? said.some((message) => pattern.test(message)) : new RegExp(pattern.source.slice(1, -1)).test(text);
      expect(found, String(pattern)).toBe(true);
    }
  });
});

/** All messages of errors and warnings in the recorded fixtures. */
function recordedTexts(): string[] {
  const files = ['tokenizer', 'parser', 'symtable', 'compiler'].flatMap((name) => filesUnder(join(root, 'packages', name, 'test/fixtures'), '.errors.json'));
  return files.flatMap((file) => {
    const { error, warnings } = JSON.parse(readFileSync(file, 'utf8')) as { error: { msg: string } | null; warnings: { message: string }[] };
    // What a decoder says is a part of what the parser says.
    const texts = error ? [error.msg, error.msg.replace(/^\(unicode error\) /, '')] : [];
    return [...texts, ...warnings.map(({ message }) => message)];
  });
}

/** The forms that a message can take, with anything where a value is put in. */
function patternsOf(message: Messages[string]): RegExp[] {
  if (typeof message === 'string') return [patternOf(message, [])];
  // Some messages depend on whether a value is set, on its length or its size; some say it as a character or in hexadecimal.
  const samples = ['‹v›', '‹vv›', 7777, true, false].flatMap((sample) => {
    const values = Array.from({ length: 4 }, () => sample as never);
    const inserted = typeof sample === 'number' ? [String(sample), String(sample - 1), String.fromCharCode(sample), '1e61', '1E61', 'undefined'] : [String(sample), String(sample).toUpperCase()];
    try {
      const text = message(...values);
      return /NaN|undefined|-0|--1|0‹|[\0\x01]/.test(text) ? [] : [patternOf(text, inserted).source];
    } catch {
      // A value of this type does not fit.
      return [];
    }
  });
  return [...new Set(samples)].map((source) => new RegExp(source, 's'));
}

/** `text` as a pattern, with anything for each of the values. */
function patternOf(text: string, values: readonly string[]): RegExp {
  const escaped = text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  return new RegExp(`^${values.reduce((pattern, value) => pattern.replaceAll(value, '.*'), escaped)}$`, 's');
}
