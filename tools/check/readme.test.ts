import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformSync } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { root, workspaceFolders } from '../lib/files.ts';
import { readmeExample } from './readme-example.ts';

const packages = workspaceFolders().filter((folder) => folder.startsWith('packages'));

describe('the example of each README prints what the README says', () => {
  it.each(packages)('%s', (folder) => {
    const found = readmeExample(readFileSync(join(root, folder, 'README.md'), 'utf8'));
    expect(found, 'a ```ts block followed by a ```text block').not.toBeNull();
    const { code } = transformSync(found?.code ?? '', { loader: 'ts', format: 'esm' });
    const result = spawnSync(process.execPath, ['--import', 'tsx', '--conditions=@py/source', '--input-type=module', '-e', code], { cwd: join(root, 'tools'), encoding: 'utf8' });
    expect(result.stderr).toBe('');
    expect(result.stdout).toBe(found?.printed);
  });
});
