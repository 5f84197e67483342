// What the root commands share. Plain Node: on a fresh clone nothing is installed yet.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const stamps = join(root, 'node_modules/.cache/py');

/** Quiet npm, no telemetry, no colours from tools that are not asked for. */
export const environment = { ...process.env, npm_config_loglevel: 'error', npm_config_update_notifier: 'false', TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' };

/** The pinned pnpm, through npx, so that nothing but npm need be there. */
export const pnpm = ['npx', '--yes', packageManager];

/** Installs the dependencies if they are not, or if the lock file or a package.json changed since. */
export function install() {
  const manifests = ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json', 'tools/package.json', ...packageFolders().map((folder) => join(folder, 'package.json'))];
  const hash = createHash('sha256');
  for (const file of manifests) hash.update(readFileSync(join(root, file)));
  const wanted = hash.digest('hex');
  if (existsSync(join(root, 'node_modules/.modules.yaml')) && readStamp('install') === wanted) return;
  console.error('Installing…');
  const result = spawnSync(pnpm[0], [...pnpm.slice(1), 'install', '--frozen-lockfile', '--reporter=silent'], { cwd: root, env: environment, stdio: ['ignore', 2, 2] });
  if (result.status !== 0) {
    console.error('The dependencies could not be installed.');
    process.exit(1);
  }
  writeStamp('install', wanted);
}

/** Builds the two commands and the library they need, where their sources are newer. Declarations are left to `npm run build`. */
export function buildCommands() {
  buildSteps(commandSteps());
}

/** The library alone. */
export function buildLibrary() {
  buildSteps(commandSteps().filter(({ name }) => name === 'the library'));
}

function buildSteps(steps) {
  for (const step of steps) {
    const newest = Math.max(...step.inputs.map((path) => newestChange(join(root, path))));
    if (existsSync(join(root, step.output)) && readStamp(step.name) === String(newest)) continue;
    console.error(`Building ${step.name}…`);
    const result = spawnSync(process.execPath, step.command, { cwd: join(root, step.folder), env: environment, stdio: ['ignore', 2, 2] });
    if (result.status !== 0) {
      console.error(`${step.name} could not be built.`);
      process.exit(1);
    }
    writeStamp(step.name, String(newest));
  }
}

function commandSteps() {
  const sources = packageFolders().filter((folder) => folder.startsWith('packages/')).map((folder) => join(folder, 'src'));
  const frontEnd = ['ast', 'code', 'tokenizer', 'parser', 'symtable', 'compiler', 'pyc', 'stdlib'].map((name) => `packages/${name}/src`);
  return [
    { name: 'the library', folder: 'packages/stdlib', output: 'packages/stdlib/dist', inputs: [...frontEnd, 'packages/stdlib/build.mjs', 'pnpm-lock.yaml'], command: ['build.mjs'] },
    { name: 'the commands', folder: 'apps/cli', output: 'apps/cli/dist', inputs: [...sources, 'apps/cli/src', 'apps/cli/bin', 'packages/stdlib/dist/library.bin', 'apps/cli/build.mjs', 'apps/cli/build-plugins.mjs', 'pnpm-lock.yaml'], command: ['build.mjs'] },
  ].filter((step) => existsSync(join(root, step.folder, 'build.mjs')));
}

/** Folders of packages and apps, relative to the root. */
export function packageFolders() {
  return ['packages', 'apps'].flatMap((parent) =>
    readdirSync(join(root, parent), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && existsSync(join(root, parent, entry.name, 'package.json')))
      .map((entry) => join(parent, entry.name)),
  );
}

/** Latest modification in a file or folder, in milliseconds; names that are gone count through their folder. */
function newestChange(path) {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) return 0;
  if (!stats.isDirectory()) return stats.mtimeMs;
  return readdirSync(path).reduce((newest, name) => Math.max(newest, newestChange(join(path, name))), stats.mtimeMs);
}

function readStamp(name) {
  try {
    return readFileSync(join(stamps, stampFile(name)), 'utf8');
  } catch {
    return null;
  }
}

function writeStamp(name, text) {
  mkdirSync(stamps, { recursive: true });
  writeFileSync(join(stamps, stampFile(name)), text);
}

function stampFile(name) {
  return `${name.replaceAll(' ', '-')}.stamp`;
}

/** Runs a command to its end; its output is kept and given back. */
export function run(command, args) {
  return new Promise((done) => {
    const child = spawn(command, args, { cwd: root, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => done({ ok: false, output: String(error) }));
    child.on('close', (status) => done({ ok: status === 0, output }));
  });
}

/** A program of node_modules/.bin, run by this Node. */
export function bin(name) {
  return join(root, 'node_modules/.bin', name);
}
