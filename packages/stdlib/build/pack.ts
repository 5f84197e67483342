// Packs CPython 3.12.7's library (npm pyodide@0.27.7) into dist/library.bin: sources as they are, code objects by our own compiler.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';
import { compile } from '@py/compiler';
import { parse } from '@py/parser';
import { withOutline, writePyc } from '@py/pyc';
import { buildSymbolTable } from '@py/symtable';
import { tokenize } from '@py/tokenizer';

const [archive, replacements, output] = process.argv.slice(2);

/** 2024-10-01, the day of CPython 3.12.7: every build gives the same bytes. */
const mtime = 1727740800;

const pycHeader = 16;

const pieces: Uint8Array[] = [];
const files: Record<string, [number, number]> = {};
let length = 0;

function add(path: string, data: Uint8Array): void {
  files[path] = [length, data.length];
  pieces.push(data);
  length += data.length;
}

function compileModule(path: string, source: Uint8Array): void {
  const filename = path;
  const tree = parse(tokenize(source, { filename }));
  const code = compile(tree, buildSymbolTable(tree, { filename }), { filename });
  const slash = path.lastIndexOf('/') + 1;
  const pyc = writePyc(code, { kind: 'timestamp', mtime, size: source.length });
  add(`${path.slice(0, slash)}__pycache__/${path.slice(slash, -3)}.cpython-312.pyc`, Buffer.concat([pyc.subarray(0, pycHeader), withOutline(pyc.subarray(pycHeader))]));
}

/** What that distribution patched for itself, put right. */
const corrections: readonly [path: string, patched: RegExp][] = [['zoneinfo/_common.py', / +import sys\n +if "tzdata" not in sys\.modules:\n +raise ZoneInfoNotFoundError\(\n(?:.*\n)+?.*zoneinfo\."\)\n/]];

const library: Record<string, Uint8Array> = {
  ...unzipSync(readFileSync(archive), { filter: ({ name }) => !name.endsWith('/') && !name.startsWith('pyodide/') && !name.startsWith('_pyodide/') && !name.startsWith('_sysconfigdata') }),
  ...(JSON.parse(replacements) as string[]).reduce<Record<string, Uint8Array>>((all, path) => ({ ...all, [path.slice(path.indexOf('/lib/') + 5)]: readFileSync(path) }), {}),
  // What license() shows.
  'LICENSE.txt': readFileSync(join(dirname(output), '../COPYING.python.txt')),
};
for (const [path, patched] of corrections) {
  const source = Buffer.from(library[path] ?? '').toString('utf8');
  if (!patched.test(source)) throw new Error(`${path}: the patch to undo is not there`);
  library[path] = Buffer.from(source.replace(patched, ''));
}
for (const [path, source] of Object.entries(library).sort(([a], [b]) => (a < b ? -1 : 1))) {
  add(path, source);
  if (path.endsWith('.py')) compileModule(path, source);
}
const index = Buffer.from(JSON.stringify({ mtime, files }).replace(/[^\0-\x7f]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`));
const head = Buffer.alloc(12);
head.write('PYLIB312', 'latin1');
head.writeUInt32LE(index.length, 8);
// At one stroke: programs may be reading the old one.
writeFileSync(`${output}.new`, Buffer.concat([head, index, ...pieces]));
renameSync(`${output}.new`, output);
