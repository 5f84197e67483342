import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildCommands } from '../../../tools/task/lib.mjs';

const command = fileURLToPath(new URL('../bin/py.js', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'py-machine-'));

/** Writes what it is given to run; the name of the file says how it ends. */
const machine = `
exports.createVirtualMachine = ({ host, importer }) => ({
  run(code, { argv }) {
    const spec = importer.findSpec('neighbour');
    host.files.write(1, new TextEncoder().encode(JSON.stringify([code.co_filename, code.co_names, argv, spec && spec.origin]) + '\\n'));
    if (code.co_names.includes('broken')) throw new Error('out of order');
    if (code.co_names.includes('leave')) return { kind: 'raised', type: 'SystemExit', traceback: '', exitCode: 5 };
    return code.co_names.includes('fail') ? { kind: 'raised', type: 'X', traceback: 'X: failed\\n' } : { kind: 'done' };
  },
});
`;

beforeAll(() => {
  buildCommands();
  mkdirSync(join(scratch, 'machine'));
  writeFileSync(join(scratch, 'machine/index.js'), machine);
  writeFileSync(join(scratch, 'neighbour.py'), '');
  writeFileSync(join(scratch, 'empty.js'), '');
}, 120_000);
afterAll(() => rmSync(scratch, { recursive: true }));

function py(...args: readonly string[]): { readonly stdout: string; readonly stderr: string; readonly status: number | null } {
  const { stdout, stderr, status } = spawnSync(command, args, { cwd: scratch, input: 'stdin\n', encoding: 'utf8' });
  return { stdout, stderr, status };
}

describe('py --vm', () => {
  it('gives a program, its arguments and an importer to the machine of a package', () => {
    writeFileSync(join(scratch, 'main.py'), 'first\n');
    expect(py('--vm', './machine', 'main.py', 'a', 'b')).toEqual({ stdout: `["main.py",["first"],["main.py","a","b"],"${join(scratch, 'neighbour.py')}"]\n`, stderr: '', status: 0 });
    expect(py('--vm', './machine', '-c', 'second').stdout).toContain('["<string>",["second"],["-c"]');
    expect(py('--vm', './machine').stdout).toContain('["<stdin>",["stdin"]');
  });

  it('ends as the machine says', () => {
    expect(py('--vm', './machine', '-c', 'fail')).toMatchObject({ stderr: 'X: failed\n', status: 1 });
    expect(py('--vm', './machine', '-c', 'leave')).toMatchObject({ stderr: '', status: 5 });
  });

  it('says whose fault it is', () => {
    expect(py('--vm', './machine', '-c', 'x =')).toEqual({ stdout: '', stderr: '  File "<string>", line 1\n    x =\n       ^\nSyntaxError: invalid syntax\n', status: 1 });
    expect(py('--vm', './nowhere', '-c', '')).toEqual({ stdout: '', stderr: "py: Cannot find module './nowhere'\n", status: 2 });
    expect(py('--vm', './empty.js', '-c', '')).toEqual({ stdout: '', stderr: 'py: ./empty.js exports no createVirtualMachine\n', status: 2 });
    expect(py('--vm', './machine', '-c', 'broken')).toMatchObject({ stderr: expect.stringContaining('py: the virtual machine of ./machine failed: Error: out of order'), status: 70 });
    expect(py('--vm')).toMatchObject({ stderr: expect.stringContaining('Argument expected for the --vm option'), status: 2 });
  });
});
