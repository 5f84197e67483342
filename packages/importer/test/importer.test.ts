import { readFileSync } from 'node:fs';
import { CodeObject, isCodeObject } from '@py/code';
import type { CompileRequest } from '@py/code';
import * as pyc from '@py/pyc';
import { describe, expect, it } from 'vitest';
import { createImporter } from '../src/index.ts';
import type { ImporterOptions, ModuleSpec } from '../src/index.ts';
import { MemoryFiles } from './memory-files.ts';

type Step = Readonly<Record<'write' | 'text' | 'remove' | 'mkdir' | 'pyc' | 'source' | 'damage' | 'cut' | 'check_hash' | 'find' | 'code' | 'list' | 'header', string>> & {
  readonly kind: 'timestamp' | 'checked' | 'unchecked';
  readonly mtime?: number;
  readonly at: number;
  readonly byte: number;
  readonly size: number;
  readonly path?: readonly string[];
};

interface Scenario {
  readonly name: string;
  readonly path: readonly string[];
  readonly prefix?: string;
  readonly dont_write?: boolean;
  readonly steps: readonly Step[];
}

function fixture(path: string): unknown {
  return JSON.parse(readFileSync(new URL(`fixtures/layouts/${path}`, import.meta.url), 'utf8'));
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** As much of a compiler as the layouts need: the first line's string is the first constant, a lambda is an inner code object. */
function compile(source: string | Uint8Array, { filename }: CompileRequest): CodeObject {
  const text = typeof source === 'string' ? source : new TextDecoder().decode(source);
  const code = (co_consts: CodeObject['co_consts'], co_name: string): CodeObject =>
    new CodeObject({
      co_argcount: 0,
      co_posonlyargcount: 0,
      co_kwonlyargcount: 0,
      co_stacksize: 1,
      co_flags: 0,
      co_code: Uint8Array.of(151, 0, 121, 0),
      co_consts,
      co_names: [],
      co_localsplusnames: [],
      co_localspluskinds: new Uint8Array(0),
      co_filename: filename,
      co_name,
      co_qualname: co_name,
      co_firstlineno: 1,
      co_linetable: Uint8Array.of(0xf9),
      co_exceptiontable: new Uint8Array(0),
    });
  const constant = /^'(.*)'/.exec(text)?.[1] ?? null;
  return code(text.includes('lambda') ? [constant, code([1n], '<lambda>')] : [constant], '<module>');
}

function summary(spec: ModuleSpec | null, getCode: (spec: ModuleSpec) => CodeObject | null): unknown {
  try {
    const code = getCode(spec as ModuleSpec) as CodeObject;
    return { constant: code.co_consts[0], co_filename: code.co_filename, inner: code.co_consts.filter(isCodeObject).map((inner) => inner.co_filename) };
  } catch (error) {
    return [(error as pyc.PycError).pyClass, (error as Error).message];
  }
}

function* run(scenario: Scenario): Generator<unknown> {
  const files = new MemoryFiles();
  files.makeFolders('/layout');
  files.cwd = '/layout';
  const options: { -readonly [K in keyof ImporterOptions]: ImporterOptions[K] } = {
    files,
    path: scenario.path,
    compile,
    pyc,
    pycachePrefix: scenario.prefix,
    dontWriteBytecode: scenario.dont_write,
  };
  const importer = createImporter(options);
  for (const step of scenario.steps) {
    importer.invalidateCaches();
    if (step.write) files.put(step.write, encode(step.text), step.mtime ?? 1650000000);
    else if (step.remove) files.unlink(step.remove);
    else if (step.mkdir) files.makeFolders(step.mkdir);
    else if (step.pyc) files.put(step.pyc, pycOf(files, step), 1);
    else if (step.damage) files.bytes(step.damage)[step.at] = step.byte;
    else if (step.cut) files.put(step.cut, Uint8Array.from({ length: step.size }, (_, at) => files.bytes(step.cut)[at] ?? 0), 1);
    else if (step.check_hash) options.checkHashBasedPycs = step.check_hash as 'default';
    else if (step.find !== undefined) yield importer.findSpec(step.find, step.path);
    else if (step.code) yield summary(importer.findSpec(step.code), importer.getCode);
    else if (step.list) yield files.list(step.list);
    else yield Buffer.from(files.bytes(step.header).subarray(0, 16)).toString('hex');
  }
  expect(files.openFiles).toBe(0);
}

function pycOf(files: MemoryFiles, { source, kind }: Step): Uint8Array {
  const path = `/layout/${source}`;
  const bytes = files.bytes(path);
  const code = compile(bytes, { filename: path, mode: 'exec' });
  if (kind === 'timestamp') return pyc.writePyc(code, { kind, mtime: Number(files.stat(path).mtimeNs / 1_000_000_000n), size: bytes.length });
  return pyc.writePyc(code, { kind: 'hash', hash: pyc.sourceHash(bytes), checkSource: kind === 'checked' });
}

describe('does what CPython does', () => {
  const answers = fixture('layouts.stdout') as Record<string, unknown[]>;

  it.each(fixture('scenarios.json') as Scenario[])('$name', (scenario) => {
    expect([...run(scenario)]).toEqual(answers[scenario.name]);
  });
});

describe('createImporter', () => {
  const setUp = (options: Partial<ImporterOptions> = {}): { files: MemoryFiles; importer: ReturnType<typeof createImporter>; said: string[] } => {
    const files = new MemoryFiles();
    files.put('/lib/mod.py', encode("'text'\n"), 1700000000);
    files.put('/lib/sys.py', encode("'not me'\n"), 1700000000);
    const said: string[] = [];
    return { files, said, importer: createImporter({ files, path: ['/lib'], compile, pyc, verbose: (message, level) => level === 1 && said.push(message), ...options }) };
  };

  it('finds built-in and frozen modules first', () => {
    const code = compile("'frozen'", { filename: '<frozen mod>', mode: 'exec' });
    const frozen = new Map([['mod', { isPackage: false, code }], ['pack', { isPackage: true, code: () => code }]]);
    const { importer } = setUp({ builtins: ['sys'], frozen });
    const sys = importer.findSpec('sys');
    expect(sys).toEqual({ name: 'sys', kind: 'builtin', origin: 'built-in', cached: null, submodule_search_locations: null });
    expect(importer.getCode(sys as ModuleSpec)).toBeNull();
    expect(importer.findSpec('mod')).toMatchObject({ kind: 'frozen', origin: 'frozen' });
    expect(importer.getCode(importer.findSpec('mod') as ModuleSpec)).toBe(code);
    expect(importer.findSpec('pack')).toMatchObject({ submodule_search_locations: [] });
    expect(importer.getCode(importer.findSpec('pack') as ModuleSpec)).toBe(code);
  });

  it('has no code for a namespace', () => {
    const { files, importer } = setUp();
    files.makeFolders('/lib/space');
    expect(importer.getCode(importer.findSpec('space') as ModuleSpec)).toBeNull();
  });

  it('names the optimization in the cache', () => {
    const { files, importer } = setUp({ optimize: 2 });
    importer.getCode(importer.findSpec('mod') as ModuleSpec);
    expect(files.list('/lib')).toContain('/lib/__pycache__/mod.cpython-312.opt-2.pyc');
  });

  it.each(['/lib', '/lib/__pycache__'])('compiles all the same when %s is read-only', (folder) => {
    const { files, importer, said } = setUp();
    files.makeFolders('/lib');
    if (folder !== '/lib') files.makeFolders(folder);
    files.readOnly.add(folder);
    const before = files.list('/lib');
    expect(importer.getCode(importer.findSpec('mod') as ModuleSpec)?.co_consts).toEqual(['text']);
    expect(files.list('/lib')).toEqual(before);
    expect(said.at(-1)).toMatch(/^could not create '\/lib\/__pycache__.*': EROFS$/);
  });

  it('leaves no half-written file behind', () => {
    const { files, importer, said } = setUp();
    files.write = () => {
      throw Object.assign(new Error(), { name: 'HostError', code: 'ENOSPC' });
    };
    expect(importer.getCode(importer.findSpec('mod') as ModuleSpec)?.co_consts).toEqual(['text']);
    expect(files.list('/lib')).toEqual(['/lib/mod.py', '/lib/sys.py']);
    expect(said.at(-1)).toBe("could not create '/lib/__pycache__/mod.cpython-312.pyc': ENOSPC");
  });

  it('says what python -v says', () => {
    const { importer, said } = setUp();
    importer.getCode(importer.findSpec('mod') as ModuleSpec);
    importer.getCode(importer.findSpec('mod') as ModuleSpec);
    expect(said).toEqual([
      'code object from /lib/mod.py',
      "created '/lib/__pycache__/mod.cpython-312.pyc'",
      '/lib/__pycache__/mod.cpython-312.pyc matches /lib/mod.py',
      "code object from '/lib/__pycache__/mod.cpython-312.pyc'",
    ]);
  });

  it('sees new files without being told, and remembers folders that do not change', () => {
    const { files, importer } = setUp();
    expect(importer.findSpec('late')).toBeNull();
    files.put('/lib/late.py', encode("'late'\n"), 1700000000);
    expect(importer.findSpec('late')).not.toBeNull();
    let reads = 0;
    const readdir = files.readdir.bind(files);
    files.readdir = (path) => (reads++, readdir(path));
    importer.findSpec('absent');
    expect(reads).toBe(0);
  });

  it('lets errors of the source through', () => {
    const { files, importer } = setUp();
    const spec = importer.findSpec('mod') as ModuleSpec;
    files.unlink('/lib/mod.py');
    expect(() => importer.getCode(spec)).toThrow(expect.objectContaining({ name: 'HostError', code: 'ENOENT' }) as Error);
  });
});
