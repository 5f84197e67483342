// The sources to compare on: files, folders, and the two libraries.
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { unzipSync } from 'fflate';
import { filesUnder, root } from '../lib/files.ts';
import { findNativePython } from '../oracle/oracle.ts';

export interface CorpusFile {
  /** What is printed. */
  readonly name: string;
  readonly source: Uint8Array;
  readonly mode?: 'exec' | 'eval' | 'single';
}

/** The pure-Python library of CPython 3.12.7, out of the npm package pyodide. */
export function libraryFiles(): CorpusFile[] {
  const folder = dirname(createRequire(import.meta.url).resolve('pyodide/package.json'));
  const entries = unzipSync(readFileSync(join(folder, 'python_stdlib.zip')), { filter: (file) => file.name.endsWith('.py') });
  return Object.entries(entries).map(([name, source]) => ({ name: `lib:${name}`, source }));
}

/** The `Lib` of a native CPython 3.12, its test suite included. */
export function nativeFiles(): CorpusFile[] {
  const python = findNativePython();
  if (!python) throw new Error('no native CPython 3.12 found: set PYTHON312');
  const folder = spawnSync(python, ['-c', 'import os; print(os.path.dirname(os.__file__))'], { encoding: 'utf8' }).stdout.trim();
  return filesUnder(folder, '.py').filter((path) => !path.includes('/site-packages/')).map((path) => ({ name: path, source: readFileSync(path) }));
}

/** The programs that CPython's own tests compile, valid ones and invalid ones: see harvest.py. Takes minutes; they are CPython's, and not kept. */
export function harvestedPrograms(): CorpusFile[] {
  const python = findNativePython();
  if (!python) throw new Error('no native CPython 3.12 found: set PYTHON312');
  const folder = mkdtempSync(join(tmpdir(), 'py-harvest-'));
  try {
    const out = join(folder, 'programs.json');
    const { status, stderr } = spawnSync(python, [join(root, 'tools/conformance/harvest.py'), out], { cwd: folder, encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    return pathFiles(out);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Files and folders. A `.json` file holds programs: `{"rows": [{"source": …, "mode": …}]}`.
 * `.py` files named bad_… or badsyntax_… are as welcome as others: the error is compared.
 */
export function pathFiles(path: string): CorpusFile[] {
  if (statSync(path).isDirectory()) return filesUnder(path, '.py').map((file) => ({ name: file, source: readFileSync(file) }));
  if (!path.endsWith('.json')) return [{ name: path, source: readFileSync(path) }];
  const { rows } = JSON.parse(readFileSync(path, 'utf8')) as { rows: { source: string; mode?: 'exec' }[] };
  return rows.map((row, index) => ({ name: `${path}[${index}]`, source: Buffer.from(row.source), mode: row.mode }));
}
