// pnpm release --dry-run: versions, builds and packs a copy of the last commit, and shows what would be published.
// pnpm release: publishes what is committed, once `pnpm changeset version` was run and committed; needs npm's rights and, for provenance, a CI that npm trusts.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../lib/files.ts';
import { kilobytes } from '../packages/sizes.ts';
import { contentProblems } from '../packages/contents.ts';
import { pnpm, run } from '../packages/run.ts';
import { packAll, publishedFolders, type Manifest, type Tarball } from '../packages/tarballs.ts';

const { values: options } = parseArgs({ options: { 'dry-run': { type: 'boolean' } } });
process.exitCode = options['dry-run'] ? await dryRun() : await release();

async function dryRun(): Promise<number> {
  const scratch = mkdtempSync(join(tmpdir(), 'py-release-'));
  try {
    const copy = join(scratch, 'copy');
    step('copying the last commit');
    await run(['git', 'clone', '--quiet', root, copy], scratch);
    await run([...pnpm, 'install', '--frozen-lockfile', '--prefer-offline'], copy);
    const before = new Map(publishedFolders(copy).map((folder) => [folder, manifestOf(copy, folder).version]));
    step(`versions, from ${pendingChangesets(copy).length} changesets`);
    await run([...pnpm, 'exec', 'changeset', 'version'], copy);
    step('building');
    await run([...pnpm, 'run', 'build', '--output-logs=errors-only'], copy);
    step('packing');
    const tarballs = await packAll(join(scratch, 'tarballs'), copy);
    let problems = 0;
    for (const tarball of tarballs) problems += await show(tarball, before.get(tarball.folder) ?? '', copy);
    console.log(`\n${tarballs.length} packages, ${problems} problems. Nothing was published.`);
    return problems > 0 ? 1 : 0;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Prints one package as `npm publish` would send it; gives how many things are wrong with it. */
async function show(tarball: Tarball, before: string, copy: string): Promise<number> {
  const { name, manifest, path, files, folder } = tarball;
  const licences = [...files.keys()].filter((file) => /licen[cs]e|notice|copying/i.test(file));
  const problems = contentProblems(tarball);
  if (manifest.version === before) problems.push(`no changeset names it: it stays at ${before} and would not be published`);
  await run(['npm', 'publish', path, '--dry-run', '--ignore-scripts'], copy).catch((error: unknown) => problems.push((error as Error).message));
  const dependencies = Object.entries(manifest.dependencies ?? {}).map(([other, version]) => `${other}@${version}`);
  console.log(`\n${name} ${before} → ${manifest.version}`);
  console.log(`  ${files.size} files, ${kilobytes(statSync(path).size)} packed; ${licences.join(', ')}`);
  console.log(`  access ${manifest.publishConfig?.access}, provenance ${manifest.publishConfig?.provenance ? 'yes' : 'no'}`);
  console.log(`  depends on ${dependencies.join(', ') || 'nothing'}`);
  for (const line of changes(readFileSync(join(copy, folder, 'CHANGELOG.md'), 'utf8'))) console.log(`  ${line}`);
  for (const problem of problems) console.log(`  PROBLEM ${problem}`);
  return problems.length;
}

/** What the changelog says of the newest version, without the list of dependencies that were updated. */
function changes(changelog: string): string[] {
  const newest = changelog.split(/^## /m)[1] ?? '';
  return newest.split('\n').slice(1).filter((line) => /^- (?!Updated dependencies)/.test(line)).map((line) => line.replace(/^- [0-9a-f]{7}: /, '- '));
}

async function release(): Promise<number> {
  const dirty = await run(['git', 'status', '--porcelain'], root);
  const pending = pendingChangesets(root);
  if (dirty !== '' || pending.length > 0) {
    console.error(dirty !== '' ? 'Commit first: the checkout has changes.' : `Run \`pnpm changeset version\` and commit what it writes: ${pending.length} changesets are pending.`);
    return 1;
  }
  step('checking the packages');
  await run([...pnpm, 'run', 'check:packages'], root);
  step('publishing');
  console.log(await run([...pnpm, 'exec', 'changeset', 'publish'], root));
  return 0;
}

function pendingChangesets(folder: string): string[] {
  return readdirSync(join(folder, '.changeset')).filter((name) => name.endsWith('.md') && name !== 'README.md');
}

function manifestOf(copy: string, folder: string): Manifest {
  return JSON.parse(readFileSync(join(copy, folder, 'package.json'), 'utf8')) as Manifest;
}

function step(text: string): void {
  console.log(`${text}…`);
}
