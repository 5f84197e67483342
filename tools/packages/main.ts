// pnpm check:packages [NAME…] [--write] [--no-build]: packs every package and uses it as a stranger would. Ends with `N passed, N failed`.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../lib/files.ts';
import { embeddingProblems, entryPageProblems, findChromium } from './browser.ts';
import { commandProblems, otherNodeProblems } from './command.ts';
import { compileProblems, entriesOf, exampleImports, exampleProblems, installedPackages, loadProblems } from './consume.ts';
import { contentProblems, publintProblems, typeProblems } from './contents.ts';
import { documentProblems, writeSizes } from './document.ts';
import { newerNode, thisNode } from './nodes.ts';
import type { NodeBinary } from './nodes.ts';
import { makeProject } from './project.ts';
import { Report } from './report.ts';
import { pnpm, run } from './run.ts';
import { kilobytes, measureSizes, sizeProblems } from './sizes.ts';
import { packAll, type Tarball } from './tarballs.ts';

const { values: options, positionals } = parseArgs({ allowPositionals: true, options: { 'write': { type: 'boolean' }, 'no-build': { type: 'boolean' } } });
const allowed = JSON.parse(readFileSync(join(root, 'tools/check/imports.json'), 'utf8')) as Readonly<Record<string, readonly string[] | 'all'>>;
const report = new Report();
const scratch = mkdtempSync(join(tmpdir(), 'py-packages-'));

try {
  if (!options['no-build']) await report.check('every package builds', async () => void (await run([...pnpm, 'run', 'build', '--output-logs=errors-only'], root)));
  const tarballs = await packAll(join(scratch, 'tarballs'));
  const chosen = tarballs.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  const newer = await newerNode();
  if (!newer) report.skip('a newer Node', 'the registry has none for this machine');
  for (const tarball of chosen) await checkPackage(tarball, tarballs, newer ? [thisNode, newer] : [thisNode]);
  if (positionals.length === 0) await checkTogether(tarballs, newer);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
console.log(report.summary);
process.exitCode = report.failed > 0 ? 1 : 0;

/** A package alone in a project, then beside what its README uses. */
async function checkPackage(tarball: Tarball, all: readonly Tarball[], nodes: readonly { readonly version: string; readonly path: string }[]): Promise<void> {
  const { name, manifest } = tarball;
  const alone = join(scratch, `alone-${name.slice('@py/'.length)}`);
  const isLibrary = manifest.exports !== undefined;
  await report.check(`${name}: contents of the tarball`, () => contentProblems(tarball));
  await report.check(`${name}: publint`, () => publintProblems(tarball));
  await report.check(`${name}: installs alone, with nothing but its row in ARCHITECTURE.md`, async () => {
    await makeProject(alone, [tarball], all);
    const { ours, others } = installedPackages(alone);
    const row = closure(name);
    // Others' packages come only where a manifest of ours asks for them.
    const asked = all.filter((other) => other === tarball || row.has(other.name)).some((other) => Object.keys(other.manifest.dependencies ?? {}).some((dependency) => !dependency.startsWith('@py/')));
    return [...ours.filter((other) => other !== name && !row.has(other)), ...(asked ? [] : others)].map((other) => `${other} came along`);
  });
  if (!isLibrary) return;
  await report.check(`${name}: types for every kind of resolution`, () => typeProblems(tarball));
  await report.check(`${name}: compiles in a strict project`, () => compileProblems(tarball, alone));
  for (const node of nodes) await report.check(`${name}: import and require() in Node ${node.version}`, () => loadProblems(tarball, alone, node.path));
  const imported = exampleImports(tarball);
  const beside = imported.length === 0 ? alone : join(scratch, `beside-${name.slice('@py/'.length)}`);
  for (const node of nodes) {
    await report.check(`${name}: the README's example in Node ${node.version}`, async () => {
      if (node === nodes[0] && beside !== alone) await makeProject(beside, all.filter((other) => other === tarball || imported.includes(other.name)), all);
      return exampleProblems(tarball, beside, node.path);
    });
  }
}

/** All packages in one project: commands, sizes, pages. */
async function checkTogether(tarballs: readonly Tarball[], newer: NodeBinary | null): Promise<void> {
  const project = join(scratch, 'everything');
  await report.check('all tarballs install together', () => makeProject(project, tarballs, tarballs));
  await report.check('npx py and npx pyphase in a folder that was empty', () => commandProblems(project));
  if (newer) await report.check(`npx py in Node ${newer.version}`, () => otherNodeProblems(project, newer.path));
  const entries = tarballs.flatMap(entriesOf);
  const sizes = await measureSizes(entries, project);
  for (const { entry, own, total } of sizes) console.log(`       ${entry.padEnd(24)} ${kilobytes(own).padStart(9)} ${kilobytes(total).padStart(9)}`);
  await report.check('sizes within their budgets', () => sizeProblems(sizes));
  if (options.write) writeSizes(sizes);
  await report.check('docs/packages.md says these sizes', () => documentProblems(sizes));
  const chromium = findChromium();
  if (!chromium) return report.skip('pages', 'no Chromium here (Debian: apt-get install chromium; or set CHROMIUM)');
  await report.check('every entry on a page built by Vite', () => entryPageProblems(entries, project, chromium));
  await report.check('examples/embed-browser on a page built by Vite', () => embeddingProblems(project, chromium));
}

/** What a package may bring along of ours: its row, and the rows of those. The commands are bundles: only the library comes with them. */
function closure(name: string, seen = new Set<string>()): Set<string> {
  const row = name === '@py/cli' ? ['@py/stdlib'] : (allowed[name] ?? []);
  for (const other of row === 'all' ? Object.keys(allowed) : row) {
    if (seen.has(other)) continue;
    seen.add(other);
    closure(other, seen);
  }
  return seen;
}
