// pnpm conformance cpython [MODULE…] [--class TEXT] [--seconds N] [--jobs N] [--failing] [--first N] [--py FILE]
//   Runs CPython's own test modules with our `py` and natively with the same library, and prints the table by class: how many of the methods that
//   pass natively pass here. MODULE is test_dict or test_dict:DictTest.test_pop. --failing also prints each method that should pass and does not;
//   --py is another installation's bin/py.js.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve as resolvePath } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../lib/files.ts';
import { progress } from '../lib/progress.ts';
import { findNativePython } from '../oracle/oracle.ts';
import { libraryFiles } from './corpus.ts';

interface TestClass {
  readonly name: string;
  readonly modules: readonly string[];
}

interface Outcome {
  readonly outcome: 'ok' | 'fail' | 'error' | 'skip' | 'xfail';
  readonly why: string;
}

/** One module's run: methods by id, and what kept it from its end. */
interface ModuleRun {
  readonly methods: Readonly<Record<string, Outcome>>;
  readonly trouble: string | null;
}

interface Settings {
  readonly seconds: number;
  readonly jobs: number;
}

export async function cpythonSuite(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      class: { type: 'string', default: '' },
      seconds: { type: 'string', default: '300' },
      jobs: { type: 'string', default: '2' },
      failing: { type: 'boolean', default: false },
      first: { type: 'string', default: '100000' },
      py: { type: 'string', default: join(root, 'apps/cli/bin/py.js') },
    },
  });
  const python = findNativePython();
  if (!python) {
    console.error('CPython’s tests are in the Lib of a native CPython 3.12, and none was found: set PYTHON312.');
    return 2;
  }
  const named = new Map(positionals.map((name) => name.split(':') as [string, string | undefined]));
  const classes = readClasses().map(({ name, modules }) => ({ name, modules: modules.filter((module) => named.size === 0 || named.has(module)) }));
  const known = new Set(classes.flatMap(({ modules }) => modules));
  const others = [...named.keys()].filter((module) => !known.has(module));
  const chosen = [...classes, { name: 'others', modules: others }].filter(({ name, modules }) => modules.length > 0 && name.includes(values.class));
  const settings = { seconds: Number(values.seconds), jobs: Number(values.jobs) };

  const places = preparePlaces(python, resolvePath(values.py));
  const passed = { total: 0, ours: 0 };
  let shown = 0;
  try {
    console.log(`${'class'.padEnd(36)}${'modules'.padStart(8)}${'natively'.padStart(10)}${'ours'.padStart(8)}${'share'.padStart(8)}`);
    for (const { name, modules } of chosen) {
      const count = { native: 0, ours: 0 };
      const bar = progress(name, modules.length);
      await inParallel(modules, settings.jobs, async (module) => {
        const only = named.get(module);
        const native = await nativeRun(python, module, only, places, settings);
        const ours = await runModule([places.py], module, only, {}, settings.seconds);
        const expected = Object.entries(native.methods).filter(([, { outcome }]) => outcome === 'ok').map(([id]) => id);
        const missing = expected.filter((id) => ours.methods[id]?.outcome !== 'ok');
        count.native += expected.length;
        count.ours += expected.length - missing.length;
        if (named.size > 0 || values.failing) {
          bar.line(`${module}: ${expected.length - missing.length} of ${expected.length}${ours.trouble ? `  (${ours.trouble})` : ''}`);
          for (const id of values.failing ? missing : []) if (shown++ < Number(values.first)) bar.line(`  ${id}: ${ours.methods[id] ? `${ours.methods[id].outcome}: ${ours.methods[id].why}` : 'did not run'}`);
        }
        bar.step();
      });
      bar.end();
      passed.total += count.native;
      passed.ours += count.ours;
      console.log(tableRow(name, modules.length, count.native, count.ours));
    }
    console.log(tableRow('all', chosen.reduce((sum, { modules }) => sum + modules.length, 0), passed.total, passed.ours));
  } finally {
    rmSync(places.folder, { recursive: true, force: true });
  }
  return passed.ours === passed.total ? 0 : 1;
}

function tableRow(name: string, modules: number, native: number, ours: number): string {
  const share = native === 0 ? '' : `${((100 * ours) / native).toFixed(1)} %`;
  return `${name.padEnd(36)}${String(modules).padStart(8)}${String(native).padStart(10)}${String(ours).padStart(8)}${share.padStart(8)}`;
}

/** cpython-suite.txt: `# class: …` heads the modules of a class. What follows "In neither set" is not run. */
function readClasses(): TestClass[] {
  const classes: { name: string; modules: string[] }[] = [];
  for (const line of readFileSync(join(root, 'tools/conformance/cpython-suite.txt'), 'utf8').split('\n')) {
    const heading = /^# (\S+ \/ .+?): \d+ modules/.exec(line);
    if (heading) classes.push({ name: heading[1], modules: [] });
    else if (/^[a-z]/.test(line)) classes.at(-1)?.modules.push(line.trim());
  }
  return classes;
}

interface Places {
  /** Removed at the end. */
  readonly folder: string;
  /** Our command in a virtual environment that has only the package `test`: its children find it too, whatever options they are given. */
  readonly py: string;
  /** CPython 3.12.7's library, as our interpreter has it. */
  readonly library: string;
}

function preparePlaces(python: string, py: string): Places {
  const folder = mkdtempSync(join(tmpdir(), 'py-suite-'));
  const places = { folder, py: join(folder, 'environment/bin/python'), library: join(folder, 'library') };
  const packages = join(folder, 'environment/lib/python3.12/site-packages');
  for (const needed of [dirname(places.py), packages]) mkdirSync(needed, { recursive: true });
  symlinkSync(py, places.py);
  writeFileSync(join(folder, 'environment/pyvenv.cfg'), `home = ${dirname(py)}\ninclude-system-site-packages = true\n`);
  const lib = spawnSync(python, ['-c', 'import os; print(os.path.dirname(os.__file__))'], { encoding: 'utf8' }).stdout.trim();
  symlinkSync(join(lib, 'test'), join(packages, 'test'));
  for (const { name, source } of libraryFiles()) {
    const path = join(places.library, name.slice('lib:'.length));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, source);
  }
  return places;
}

/** The native answer does not change: it is kept, unless only one method was asked for. */
async function nativeRun(python: string, module: string, only: string | undefined, places: Places, settings: Settings): Promise<ModuleRun> {
  const file = join(root, 'node_modules/.cache/py/suite', `${module}.json`);
  if (only === undefined && existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as ModuleRun;
  const result = await runModule([python], module, only, { PYTHONPATH: places.library }, settings.seconds);
  if (only === undefined) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(result));
  }
  return result;
}

/** Runs tools/conformance/run_tests.py in a folder of its own and reads what it prints. */
function runModule(command: readonly string[], module: string, only: string | undefined, variables: Readonly<Record<string, string>>, seconds: number): Promise<ModuleRun> {
  return new Promise((resolve) => {
    const folder = mkdtempSync(join(tmpdir(), 'py-test-'));
    const env = { ...process.env, ...variables, PYTHONDONTWRITEBYTECODE: '1', PYTHONHASHSEED: '0' };
    const args = [join(root, 'tools/conformance/run_tests.py'), module, ...(only === undefined ? [] : [only])];
    const child = spawn(command[0], [...command.slice(1), ...args], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    let output = '';
    let errors = '';
    let late = false;
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString('latin1')));
    child.stderr.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString('latin1')).slice(-4000)));
    const timer = setTimeout(() => {
      late = true;
      endGroup(child.pid);
    }, seconds * 1000);
    child.on('close', (status, signal) => {
      clearTimeout(timer);
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
      resolve(readRun(output, late ? `not finished in ${seconds} s` : `ended early, ${signal ?? `status ${status}`}: ${errors.trim().split('\n').at(-1) ?? ''}`));
    });
  });
}

/** Children of the tests end with it. */
function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended meanwhile.
  }
}

function readRun(output: string, ifUnfinished: string): ModuleRun {
  const methods: Record<string, Outcome> = {};
  let trouble: string | null = ifUnfinished;
  for (const line of output.split('\n')) {
    if (!line.startsWith('{"')) continue;
    const record = parseRecord(line);
    if (!record) continue;
    if (typeof record['id'] === 'string') methods[record['id']] = { outcome: record['outcome'] as Outcome['outcome'], why: String(record['why'] ?? '') };
    else if (record['import'] !== undefined) trouble = `import: ${String(record['import'])}`;
    else if (record['skipped'] !== undefined) trouble = `skipped: ${String(record['skipped'])}`;
    else if (record['end'] === true) trouble = null;
  }
  return { methods, trouble };
}

/** Null for a line that only looks like one of ours. */
function parseRecord(line: string): Record<string, unknown> | null {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return null;
  }
}

async function inParallel<T>(items: readonly T[], jobs: number, run: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const worker = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await run(item);
  };
  await Promise.all(Array.from({ length: Math.max(1, jobs) }, worker));
}
