// A Python that has begun to start is kept, and goes on elsewhere: as if it had been made there.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import type { Host } from '@py/code';
import { openLibrary } from '@py/stdlib';
import { createMemoryFiles, createPython, defaultFlags, keepPython, type Python, type PythonConfig } from '../src/index.ts';

const bytes = readFileSync(createRequire(import.meta.url).resolve('@py/stdlib/library.bin'));
const library = openLibrary((offset, length) => bytes.subarray(offset, offset + length));

function host(env: Record<string, string> = {}): Host {
  return { platform: 'linux', env, files: createMemoryFiles({ '/home/usercustomize.py': '' }), random: (into) => into.fill(Math.floor(Math.random() * 256)) };
}

function config(changes: Partial<PythonConfig> = {}): Partial<PythonConfig> {
  return { flags: defaultFlags, argv: ['program', 'argument'], executable: '/bin/py', hashSeed: null, ...changes };
}

const stdout = (): void => {};

/** Goes on with one that was kept under another host. */
function resumed(hostThen: Host, options: Partial<PythonConfig>): Python | null {
  return keepPython(host({ KEPT: 'yes', HOME: '/nowhere' }), { library }).resume(hostThen, { library, config: config(options), stdout });
}

const state = `[
  [m for m in sorted(__import__("sys").modules)], __import__("sys").argv, __import__("sys").executable, __import__("sys").path, list(__import__("sys").flags),
  dict(__import__("os").environ), sorted(__import__("sys").path_importer_cache.keys()), sorted(vars(__import__("builtins"))), __import__("site").ENABLE_USER_SITE,
  sorted(vars(__import__("sys"))), __import__("sys").stdout.encoding, "os" in __import__("sys").stdlib_module_names,
]`;

describe('a kept Python', () => {
  it.each<[string, Partial<PythonConfig>]>([
    ['no options', {}],
    ['a path', { pythonPath: ['/home'] }],
    ['-I', { flags: { ...defaultFlags, isolated: 1, ignore_environment: 1, no_user_site: 1, safe_path: true } }],
    ['a seed', { hashSeed: 7 }],
  ])('is as one that was made anew: %s', (_name, options) => {
    const fresh = createPython(host({ HOME: '/home', LANG: 'C.UTF-8' }), { library, config: config(options), stdout });
    expect(resumed(host({ HOME: '/home', LANG: 'C.UTF-8' }), options)?.eval(state)).toEqual(fresh.eval(state));
  });

  it('has a secret of its own for hashes, unless it is given one', () => {
    const hashes = Array.from({ length: 3 }, () => resumed(host(), {})?.eval('hash("text")'));
    expect(new Set(hashes).size).toBe(3);
    expect(resumed(host(), { hashSeed: 7 })?.eval('hash("text")')).toBe(createPython(host(), { library, config: config({ hashSeed: 7 }) }).eval('hash("text")'));
  });

  it('finds what its sets and dicts hold', () => {
    const python = resumed(host(), {});
    expect(python?.run('import gc, sys\nheld = [o for m in sys.modules.values() for o in vars(m).values() if type(o) in (set, frozenset, dict)]\nlost = [o for o in held for key in list(o) if key not in o]')).toEqual({ kind: 'done' });
    expect(python?.eval('len(held), lost')).toEqual([expect.toSatisfy((count: number) => count > 20), []]);
  });

  it.each<[string, Partial<PythonConfig>]>([
    ['-v', { flags: { ...defaultFlags, verbose: 1 } }],
    ['-S', { flags: { ...defaultFlags, no_site: 1 } }],
    ['-X importtime', { importTime: true }],
    ['PYTHONHOME', { home: '/usr' }],
    ['a path that has a package encodings', { pythonPath: ['/other'] }],
  ])('does not go on where another beginning is wanted: %s', (_name, options) => {
    const other = { ...host(), files: createMemoryFiles({ '/other/encodings/__init__.py': '' }) };
    expect(resumed(other, options)).toBe(null);
  });
});
