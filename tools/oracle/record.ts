// `pnpm record [PATH…]`: rewrites what CPython says beside every fixture (or those under the given folders and files).
//
// packages/<package>/test/fixtures/fixtures.json says, for each topic folder, which expectations its cases have:
//   { "strings": "tokens", "calls": ["code", "dis"], "threads": { "record": ["run"], "native": true } }
// A single case can override with a first line `# record: ast, errors; mode=eval; optimize=2`.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { filesUnder, root, workspaceFolders } from '../lib/files.ts';
import { expectations, type CaseSettings, type Expectation } from './expectations.ts';
import { Oracle } from './oracle.ts';
import { caseOptions, type TopicOptions } from './fixtures.ts';

const check = process.argv.includes('--check');
const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('--')).map((path) => resolve(path));

const oracle = await Oracle.start();
let cases = 0;
let changed = 0;
const lists = [...workspaceFolders().map((folder) => join(root, folder, 'test/fixtures/fixtures.json')), join(root, 'examples/fixtures.json')];
for (const list of lists.filter((path) => existsSync(path))) {
  const topics = JSON.parse(readFileSync(list, 'utf8')) as Record<string, TopicOptions>;
  for (const [topic, options] of Object.entries(topics)) {
    const folder = join(dirname(list), topic);
    for (const path of filesUnder(folder, '.py')) if (dirname(path) === folder) recordCase(path, options);
  }
}
console.log(`${cases} cases, ${changed} expectations ${check ? 'differ' : 'written'}`);
if (check && changed > 0) process.exitCode = 1;

function recordCase(path: string, topic: TopicOptions): void {
  if (wanted.length > 0 && !wanted.some((prefix) => path === prefix || path.startsWith(prefix + sep) || path.startsWith(`${prefix}.`))) return;
  cases++;
  const source = readFileSync(path);
  const { record, ...options } = caseOptions(source, topic);
  const settings: CaseSettings = { ...options, filename: basename(path), path };
  for (const name of record) {
    const expectation = (expectations as Record<string, Expectation | undefined>)[name];
    if (!expectation) throw new Error(`${relative(root, path)}: no expectation is called ${name}`);
    const outputs = expectation.make(oracle, source, settings);
    for (const ending of expectation.endings) writeOutput(path.replace(/\.py$/, `.${ending}`), outputs[ending]);
  }
}

/** Writes if the content is new; undefined removes the file. */
function writeOutput(path: string, content: string | Uint8Array | undefined): void {
  const old = existsSync(path) ? readFileSync(path) : undefined;
  const data = content === undefined ? undefined : Buffer.from(content);
  if (old === undefined ? data === undefined : data !== undefined && old.equals(data)) return;
  changed++;
  console.log(`${check ? 'differs' : data ? 'written' : 'removed'}: ${relative(root, path)}`);
  if (check) return;
  if (data) writeFileSync(path, data);
  else rmSync(path);
}
