// How the command is started: from the snapshot, without it, under another name.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildCommands } from '../../../tools/task/lib.mjs';

const cli = join(dirname(fileURLToPath(import.meta.url)), '..');
const command = join(cli, 'bin/py.js');
const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'py-start-')));

beforeAll(() => buildCommands(), 120_000);
afterAll(() => rmSync(scratch, { recursive: true }));

/** What a program prints; `environment` in addition to ours. */
function printed(name: string, source: string, environment: Record<string, string> = {}): string {
  const { stdout, stderr } = spawnSync(name, ['-c', source], { encoding: 'utf8', input: '', env: { ...process.env, ...environment } });
  return stdout + stderr;
}

/** A second installation with the same bundle and library, and without a snapshot. */
function bareInstallation(): string {
  const folder = join(scratch, 'bare');
  cpSync(join(cli, 'bin'), join(folder, 'bin'), { recursive: true });
  mkdirSync(join(folder, 'dist'));
  for (const name of ['py.cjs', 'attendant.cjs']) symlinkSync(join(cli, 'dist', name), join(folder, 'dist', name));
  symlinkSync(join(cli, '../../packages/stdlib/dist/library.bin'), join(folder, 'dist/library.bin'));
  return join(folder, 'bin/py.js');
}

describe('a start', () => {
  const about = 'import os, sys; print(sys.executable, sys.prefix, os.environ["SHOWN"], hash("text") == hash("text"), len(sys.stdlib_module_names))';

  it('has made a snapshot here', () => expect(existsSync(join(cli, 'dist/py.snapshot.for'))).toBe(true));

  it('is the same with the snapshot and without it', () => {
    const expected = `${command} ${join(cli, 'dist/python')} yes True 300\n`;
    expect(printed(command, about, { SHOWN: 'yes' })).toBe(expected);
    expect(printed(command, about, { SHOWN: 'yes', NODE_OPTIONS: '--no-warnings' })).toBe(expected);
    const bare = bareInstallation();
    expect(printed(bare, about, { SHOWN: 'yes' })).toBe(`${bare} ${join(scratch, 'bare/dist/python')} yes True 300\n`);
  });

  it('hashes texts differently each time', () => expect(printed(command, 'print(hash("text"))')).not.toBe(printed(command, 'print(hash("text"))')));

  it('knows the time zone of its own environment', () => expect(printed(command, 'import time; print(time.tzname)', { TZ: 'America/New_York' })).toBe("('EST', 'EDT')\n"));

  it('finds a virtual environment beside the link that it was called by', () => {
    const environment = join(scratch, 'environment');
    mkdirSync(join(environment, 'bin'), { recursive: true });
    mkdirSync(join(environment, 'lib/python3.12/site-packages'), { recursive: true });
    writeFileSync(join(environment, 'pyvenv.cfg'), `home = ${join(cli, 'bin')}\n`);
    writeFileSync(join(environment, 'lib/python3.12/site-packages/inside.py'), 'name = "inside"\n');
    symlinkSync(command, join(environment, 'bin/python'));
    const source = 'import inside, subprocess, sys; print(inside.name, sys.prefix); print(subprocess.run([sys.executable, "-I", "-c", "import inside, sys; print(sys.executable)"], capture_output=True, text=True).stdout)';
    expect(printed(join(environment, 'bin/python'), source)).toBe(`inside ${environment}\n${join(environment, 'bin/python')}\n\n`);
  });
});

describe('a child', () => {
  it('begins to read where its parent stands', () => {
    const source = `
import subprocess, sys, tempfile
with tempfile.TemporaryFile() as file:
    file.write(b"one\\ntwo\\nthree\\n")
    file.seek(4)
    print(subprocess.run([sys.executable, "-c", "print(input())"], stdin=file, capture_output=True, text=True).stdout)
`;
    expect(printed(command, source)).toBe('two\n\n');
  });

  it('writes what its parent finds from the beginning', () => {
    const source = `
import subprocess, sys, tempfile
with tempfile.TemporaryFile() as file:
    subprocess.run([sys.executable, "-c", "print('written')"], stdout=file)
    print(file.tell(), file.seek(0), file.read())
`;
    expect(printed(command, source)).toBe("8 0 b'written\\n'\n");
  });

  it('waits for whoever reads its output slowly', () => {
    const child = 'import os, sys; sys.stdout.write("x" * 1000000); print(os.write(1, b"y" * 1000000), file=sys.stderr)';
    const source = `
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-u", "-c", ${JSON.stringify(child)}], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
time.sleep(0.5)
print(len(child.stdout.read()), child.stderr.read())
`;
    expect(printed(command, source)).toBe("2000000 b'1000000\\n'\n");
  });

  it('gets arguments that are not UTF-8', () => {
    const source = 'import subprocess, sys; print(subprocess.run([sys.executable, "-c", "import sys; print(ascii(sys.argv[1:]))", b"\\xff\\n", "\\xe9", "\'$x\'"], capture_output=True, text=True).stdout)';
    expect(printed(command, source)).toBe("['\\udcff\\n', '\\xe9', \"'$x'\"]\n\n");
  });
});
