// pnpm smoke [NAME…] [--py FILE] [--record]: other people's packages, unmodified, run by `py` as native CPython runs them.
//
// programs/NAME.py uses a package; programs/NAME.out is what CPython 3.12 printed (`--record` asks a native one again). The packages come from Debian, by the
// ordinary client; where that is not to be had, nothing is checked.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { root } from '../lib/files.ts';
import { findNativePython } from '../oracle/oracle.ts';
import { Report } from '../packages/report.ts';

/** What the programs import, and what that imports. */
const debianPackages = [
  'attr', 'bs4', 'bytecode', 'certifi', 'chardet', 'click', 'coverage', 'dateutil', 'flask', 'html5lib', 'hypothesis', 'idna', 'iniconfig', 'itsdangerous', 'jinja2', 'markdown', 'markdown-it', 'markupsafe', 'mdurl', 'more-itertools', 'mpmath', 'networkx',
  'packaging', 'pluggy', 'pygments', 'pyparsing', 'pytest', 'requests', 'rich', 'six', 'sortedcontainers', 'soupsieve', 'sqlalchemy', 'sympy', 'toolz', 'tz', 'urllib3', 'webencodings', 'werkzeug', 'yaml',
].map((name) => `python3-${name}`);

const programs = join(root, 'tools/smoke/programs');
const cache = join(root, 'node_modules/.cache/py/smoke');
const site = join(cache, 'files/usr/lib/python3/dist-packages');
const seconds = 600;

const { values: options, positionals } = parseArgs({ allowPositionals: true, options: { py: { type: 'string' }, record: { type: 'boolean' } } });
const names = readdirSync(programs).filter((name) => name.endsWith('.py')).map((name) => name.slice(0, -3)).filter((name) => positionals.length === 0 || positionals.includes(name));
const report = new Report();

if (!fetchPackages()) for (const name of names) report.skip(name, 'Debian packages cannot be had here');
else if (options.record) record();
else for (const name of names) await report.check(name, () => differences(name));
console.log(report.summary);
process.exitCode = report.failed > 0 ? 1 : 0;

/** Unpacks the packages that are not in the cache yet. */
function fetchPackages(): boolean {
  mkdirSync(cache, { recursive: true });
  const fetched = (): string[] => readdirSync(cache).filter((name) => name.endsWith('.deb'));
  const missing = debianPackages.filter((name) => !fetched().some((file) => file.startsWith(`${name}_`)));
  if (missing.length === 0 && existsSync(site)) return true;
  if (missing.length > 0 && spawnSync('apt-get', ['download', '-qq', ...missing], { cwd: cache, stdio: 'ignore' }).status !== 0) return false;
  return fetched().every((name) => spawnSync('dpkg-deb', ['--extract', name, 'files'], { cwd: cache, stdio: 'ignore' }).status === 0);
}

function record(): void {
  const python = findNativePython();
  if (!python) throw new Error('needs a native CPython 3.12 (set PYTHON312)');
  for (const name of names) writeFileSync(join(programs, `${name}.out`), outputOf([python], name));
}

function differences(name: string): string[] {
  const expected = readFileSync(join(programs, `${name}.out`), 'utf8').split('\n');
  const actual = outputOf([resolve(options.py ?? join(root, 'apps/cli/bin/py.js'))], name).split('\n');
  const line = expected.findIndex((text, index) => text !== actual[index]);
  if (line < 0 && expected.length === actual.length) return [];
  const at = line < 0 ? expected.length : line;
  return [`line ${at + 1}: expected ${JSON.stringify(expected[at])}, got ${JSON.stringify(actual[at])}`, ...actual.slice(-4)];
}

/** Both streams, less what differs from run to run. `-P`: a program is not the package that it is named after. */
function outputOf(python: readonly string[], name: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'py-smoke-'));
  try {
    const { stdout, stderr } = spawnSync(python[0], [...python.slice(1), '-P', join(programs, `${name}.py`)], {
      cwd: folder, encoding: 'utf8', timeout: seconds * 1000, env: { PATH: process.env['PATH'], HOME: folder, LANG: 'C.UTF-8', PYTHONPATH: site, PYTHONPYCACHEPREFIX: join(cache, 'compiled'), PYTHONHASHSEED: '0' },
    });
    return `${stdout}${stderr}`.replaceAll(folder, 'FOLDER').replaceAll(site, 'SITE').replace(/0x[0-9a-f]{6,}/g, '0x...');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
