import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { cacheFromSource, checkPycHeader, identifyMagic, pycMagic, readPyc, readPycHeader, sourceFromCache, sourceHash, writePyc } from '../src/index.ts';
import type { PycError } from '../src/index.ts';
import { flatten } from './flatten.ts';

type Said = readonly [pyClass: string, message: string] | null;

/** What CPython did in fixtures/files/files.py; byte strings in hexadecimal. */
interface Facts {
  readonly files: Record<'TIMESTAMP' | 'CHECKED_HASH' | 'UNCHECKED_HASH', string>;
  readonly headers: [string, Said][];
  readonly stale: [number, number | null, Said][];
  readonly hashes: [string, Said][];
  readonly source_hashes: [string, string][];
  readonly not_code: Said;
}

function fixture(path: string): string {
  return readFileSync(new URL(`fixtures/${path}`, import.meta.url), 'utf8');
}

const facts = JSON.parse(fixture('files/files.stdout')) as Facts;
const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
const source = new TextEncoder().encode("print('hello')\n");

function said(run: () => unknown): Said {
  try {
    run();
    return null;
  } catch (error) {
    return [(error as PycError).pyClass, (error as PycError).message];
  }
}

describe('.pyc files', () => {
  const files = Object.entries(facts.files);

  it.each(files)('%s is read', (kind, hex) => {
    const { header, code } = readPyc(bytesOf(hex), { path: 'hello.pyc' });
    const expected = kind === 'TIMESTAMP' ? { kind: 'timestamp', mtime: 1700000000, size: source.length } : { kind: 'hash', hash: sourceHash(source), checkSource: kind === 'CHECKED_HASH' };
    expect(header).toEqual(expected);
    expect([code.co_filename, code.co_names]).toEqual(['hello.py', ['print']]);
  });

  it.each(files)('%s is written as CPython writes it', (_, hex) => {
    const bytes = bytesOf(hex);
    const { header, code } = readPyc(bytes);
    const written = writePyc(code, header);
    expect(written.subarray(0, 16)).toEqual(bytes.subarray(0, 16));
    expect(flatten(written.subarray(16))).toBe(flatten(bytes.subarray(16)));
  });

  it.each(facts.headers)('header %s', (hex, expected) => {
    expect(said(() => readPycHeader(bytesOf(hex), "it's"))).toEqual(expected);
  });

  it.each(facts.stale)('source of time %s and size %s', (mtime, size, expected) => {
    const header = readPycHeader(bytesOf(facts.files.TIMESTAMP), 'm');
    expect(said(() => checkPycHeader(header, { mtime, size: size ?? undefined }, 'm'))).toEqual(expected);
  });

  it.each(facts.hashes)('source with bytes %s', (hex, expected) => {
    const header = readPycHeader(bytesOf(facts.files.CHECKED_HASH), 'm');
    expect(said(() => checkPycHeader(header, { hash: sourceHash(bytesOf(hex)) }, 'm'))).toEqual(expected);
  });

  it('refuses something other than a code object', () => {
    const header = bytesOf(facts.files.TIMESTAMP).subarray(0, 16);
    expect(said(() => readPyc(Uint8Array.of(...header, 0x4e), { name: 'm', path: "a'b.pyc" }))).toEqual(facts.not_code);
  });

  it.each(facts.source_hashes)('hashes %s', (hex, hash) => {
    expect(sourceHash(bytesOf(hex))).toEqual(bytesOf(hash));
  });
});

describe('cache paths', () => {
  const rows = fixture('cache/paths.stdout').trimEnd().split('\n').map((line) => line.split('\t') as [string, string, string]);

  it.each(rows)('%s(%s)', (name, text, expected) => {
    const { path, ...options } = JSON.parse(text) as { path: string; prefix: string | null; optimization?: string };
    const answer = (): string => (name === 'cache_from_source' ? cacheFromSource(path, options) : sourceFromCache(path, options));
    if (!expected.startsWith('ValueError: ')) expect(answer()).toBe(expected);
    else expect(said(answer)).toEqual(['ValueError', expected.slice('ValueError: '.length)]);
  });

  it('makes a relative path absolute under a prefix', () => {
    expect(cacheFromSource('pkg/mod.py', { prefix: '/cache', cwd: '/home/me' })).toBe('/cache/home/me/pkg/mod.cpython-312.pyc');
  });

  it('takes time in proportion to the path', () => {
    const slashes = '/'.repeat(200_000);
    expect(cacheFromSource('mod.py', { prefix: `${slashes}x` })).toBe(`${slashes}x/mod.cpython-312.pyc`);
  });
});

describe('identifyMagic', () => {
  const magic = (number: number, ending = [13, 10]): Uint8Array => Uint8Array.of(number & 255, number >> 8, ...ending);

  it('knows who wrote a file', () => {
    expect(identifyMagic(magic(pycMagic))).toEqual({ magic: 3531, version: '3.12', since: '3.12b1', final: true, headerSize: 16 });
    expect(identifyMagic(magic(62211))).toMatchObject({ version: '2.7', final: true, headerSize: 8 });
    expect(identifyMagic(magic(3131))).toMatchObject({ version: '3.0', headerSize: 8 });
    expect(identifyMagic(magic(3379))).toMatchObject({ version: '3.6', final: true, headerSize: 12 });
    expect(identifyMagic(magic(3413))).toMatchObject({ version: '3.8', final: true, headerSize: 16 });
    expect(identifyMagic(magic(3500))).toMatchObject({ version: '3.12', since: '3.12a1', final: false });
    expect(identifyMagic(magic(3350))).toMatchObject({ version: '3.5', final: true });
    expect(identifyMagic(magic(3627))).toMatchObject({ version: '3.14', final: true });
    expect(identifyMagic(magic(20121))).toMatchObject({ version: '1.5' });
    expect(identifyMagic(magic(0x9902, [0x99, 0]))).toMatchObject({ version: '1.0' });
  });

  it('knows what is none', () => {
    expect(identifyMagic(magic(3531, [10, 13]))).toBeNull();
    expect(identifyMagic(magic(1))).toBeNull();
    expect(identifyMagic(new Uint8Array(3))).toBeNull();
  });
});
