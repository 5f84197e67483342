// House rules that neither the compiler nor the linter keeps. Prints what is wrong; ends with 1 if anything is.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, workspaceFolders } from '../lib/files.ts';
import { documentTable } from './document-table.ts';
import { manifestProblems } from './manifests.ts';
import { textProblems } from './texts.ts';

const allowed = JSON.parse(readFileSync(join(root, 'tools/check/imports.json'), 'utf8')) as Record<string, string[] | 'all'>;

/** Tracked files and new ones that git would add. */
const files = spawnSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' }).stdout.split('\n').filter((path) => path !== '' && existsSync(join(root, path)));

const problems = [
  ...documentTable(readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8'), allowed),
  ...workspaceFolders().filter((folder) => folder !== 'tools').flatMap((folder) => manifestProblems(folder, allowed)),
  ...textProblems(files),
];
for (const problem of problems) console.log(problem);
if (problems.length > 0) process.exitCode = 1;
