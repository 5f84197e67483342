import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildCommands } from '../../../tools/task/lib.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const command = join(here, '../bin/py.js');
const scratch = mkdtempSync(join(tmpdir(), 'py-cli-'));

beforeAll(() => buildCommands(), 120_000);
afterAll(() => rmSync(scratch, { recursive: true }));

/** `theirs.pyc`, see below. */
const compiledByCPython =
  'yw0NCgEAAACwthEWPPRiNuMAAAAAAAAAAAAAAAABAAAAAAAAAPMIAAAAlwBkAFoAeQEpAnoMZnJvbSBDUHl0aG9uTikB2gV2YWx1ZakA8wAAAAD6CXRoZWlycy5wefoIPG1vZHVsZT5yBgAAAAEAAABzCgAAAPADAQEB2AgWgQVyBAAAAA==';

interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number | null;
}

function py(args: readonly string[], options: { readonly cwd?: string; readonly input?: string; readonly env?: Record<string, string> } = {}): Ran {
  const { stdout, stderr, status } = spawnSync(command, args, {
    cwd: options.cwd ?? scratch, input: options.input ?? '', encoding: 'utf8', env: { PATH: process.env['PATH'], LANG: 'C.UTF-8', PYTHONHASHSEED: '0', ...options.env },
  });
  return { stdout, stderr, status };
}

function file(name: string, content: string | Uint8Array): string {
  const path = join(scratch, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

function recorded(path: string, ending: string): string {
  const other = path.replace(/\.py$/, `.${ending}`);
  return existsSync(other) ? readFileSync(other, 'utf8') : '';
}

describe.each(['programs', 'failing'])("prints what CPython prints: %s", (topic) => {
  const folder = join(here, 'fixtures', topic);
  it.each(readdirSync(folder).filter((name) => name.endsWith('.py')))('%s', (name) => {
    const path = join(folder, name);
    const { stdout, stderr, status } = py([path], { cwd: folder });
    expect(stderr.replaceAll(`${folder}/`, '')).toBe(recorded(path, 'stderr'));
    expect(stdout).toBe(recorded(path, 'stdout'));
    expect(status).toBe(Number(recorded(path, 'status') || '0'));
  });
});

it('says with -VV what sys.version says', () => {
  expect(py(['-VV']).stdout).toBe(py(['-c', 'import sys; print("Python", sys.version)']).stdout);
});

describe('what to run', () => {
  it('takes a command, a file with arguments, or standard input', () => {
    expect(py(['-c', 'import sys; print(sys.argv)', 'a', '-b']).stdout).toBe("['-c', 'a', '-b']\n");
    expect(py([file('argv.py', 'import sys\nprint(sys.argv[1:], __name__)\n'), 'x', '-c']).stdout).toBe("['x', '-c'] __main__\n");
    expect(py(['-'], { input: 'print(1 + 1)\n' }).stdout).toBe('2\n');
    expect(py([], { input: 'print("piped")\n' }).stdout).toBe('piped\n');
  });

  it('runs a .pyc', () => {
    const pyc = join(scratch, 'hello.pyc');
    const source = file('hello.py', 'print("from a pyc")\n');
    expect(spawnSync(process.execPath, [join(here, '../bin/pyphase.js'), 'pyc', source, '-o', pyc]).status).toBe(0);
    expect(py([pyc])).toEqual({ stdout: 'from a pyc\n', stderr: '', status: 0 });
  });

  it('skips the first line with -x', () => {
    expect(py(['-x', file('batch.py', '@echo not Python\nprint("line", 1 / 0)\n')]).stderr).toContain('line 2, in <module>');
  });

  it('prompts with -i', () => {
    const { stdout, stderr, status } = py(['-q', '-i'], { input: 'x = 20\nx + 1\nif x:\n  print("yes")\n\ndef f(): return (1,\n2)\n\nf()\n1 / 0\nraise SystemExit(3)\n' });
    expect(stdout).toBe('21\nyes\n(1, 2)\n');
    expect(stderr).toBe('>>> >>> >>> ... ... >>> ... ... >>> >>> Traceback (most recent call last):\n  File "<stdin>", line 1, in <module>\nZeroDivisionError: division by zero\n>>> ');
    expect(status).toBe(3);
  });

  it('honours -O', () => {
    expect(py(['-O', '-c', 'assert False\nprint(__debug__)']).stdout).toBe('False\n');
    expect(py(['-OO', '-c', 'def f():\n "doc"\nprint(f.__doc__)']).stdout).toBe('None\n');
  });
});

describe('imports', () => {
  const main = 'import neighbour\nprint(neighbour.answer(), neighbour.__cached__.rpartition("/")[2])\n';

  it('a neighbouring module, and keeps its code', () => {
    file('package/neighbour.py', 'def answer():\n    return 42\n');
    const program = file('package/main.py', main);
    const first = py([program]);
    expect(first).toEqual({ stdout: '42 neighbour.cpython-312.pyc\n', stderr: '', status: 0 });
    const pyc = join(scratch, 'package/__pycache__/neighbour.cpython-312.pyc');
    expect(readFileSync(pyc).subarray(0, 8)).toEqual(Buffer.from([0xcb, 0x0d, 0x0d, 0x0a, 0, 0, 0, 0]));
    expect(py([program])).toEqual(first);
    // Its source gone, the kept code still runs from where a sourceless module stands.
    renameSync(pyc, join(scratch, 'package/neighbour.pyc'));
    rmSync(join(scratch, 'package/neighbour.py'));
    expect(py(['-c', 'import neighbour; print(neighbour.answer())'], { cwd: join(scratch, 'package') }).stdout).toBe('42\n');
  });

  it('a module that CPython compiled', () => {
    // py_compile.compile of `value = "from CPython"` by CPython 3.12.7, with a hash that is not checked.
    const pyc = Buffer.from(compiledByCPython, 'base64');
    file('other/theirs.pyc', pyc);
    expect(py(['-c', 'import theirs; print(theirs.value)'], { cwd: join(scratch, 'other') })).toEqual({ stdout: 'from CPython\n', stderr: '', status: 0 });
  });

  it('the library, and runs a module of it with -m', () => {
    expect(py(['-c', 'import json, re; print(json.dumps({"a": [1, None]}), re.findall(r"\\d+", "a1b22"))']).stdout).toBe('{"a": [1, null]} [\'1\', \'22\']\n');
    expect(py(['-m', 'json.tool', '--compact'], { input: '{ "a": 1 }' }).stdout).toBe('{"a":1}\n');
    expect(py(['-m', 'nope'])).toEqual({ stdout: '', stderr: `${command}: No module named nope\n`, status: 1 });
  });

  it('runs a folder with a __main__ module, and refuses one without', () => {
    file('app/__main__.py', 'import sys\nprint(sys.argv[1:], __spec__.name)\n');
    expect(py([join(scratch, 'app'), 'x']).stdout).toBe("['x'] __main__\n");
    mkdirSync(join(scratch, 'empty'), { recursive: true });
    expect(py([join(scratch, 'empty')])).toEqual({ stdout: '', stderr: `${command}: can't find '__main__' module in '${join(scratch, 'empty')}'\n`, status: 1 });
  });

  it('starts child processes', () => {
    const source = 'import subprocess, sys\nprint(subprocess.run([sys.executable, "-c", "print(6 * 7); raise SystemExit(3)"], capture_output=True))\n';
    expect(py(['-c', source]).stdout).toMatch(/returncode=3, stdout=b'42\\n', stderr=b''\)\n$/);
  });
});

describe("refuses in CPython's words", () => {
  it('a file that is not there', () => {
    expect(py(['nope.py'])).toEqual({ stdout: '', stderr: `py: can't open file '${join(scratch, 'nope.py')}': [Errno 2] No such file or directory\n`, status: 2 });
  });

  it('bytes that are not UTF-8', () => {
    const path = file('latin.py', Uint8Array.from([120, 61, 34, 0xff, 34, 10]));
    const message = `SyntaxError: Non-UTF-8 code starting with '\\xff' in file ${path} on line 1, but no encoding declared; see https://peps.python.org/pep-0263/ for details\n`;
    expect(py([path])).toEqual({ stdout: '', stderr: message, status: 1 });
  });

  it('an encoding that does not exist', () => {
    expect(py([file('enc.py', '# coding: nope\n')])).toEqual({ stdout: '', stderr: 'SyntaxError: encoding problem: nope\n', status: 1 });
  });

  it('an unknown option', () => {
    expect(py(['-z']).stderr).toMatch(/^Unknown option: -z\nusage: py \[option\]/);
    expect(py(['-z']).status).toBe(2);
  });

  it('something that only calls itself a .pyc', () => {
    expect(py([file(`${basename('bad')}.pyc`, 'abc')])).toEqual({ stdout: '', stderr: 'RuntimeError: Bad magic number in .pyc file\n', status: 1 });
  });
});

it('ends as an interrupted program ends', () => {
  const { status, stderr } = py(['-c', 'raise KeyboardInterrupt']);
  expect(stderr).toContain('KeyboardInterrupt\n');
  expect(status === null || status === 130).toBe(true);
});

describe('what it is started with', () => {
  const shell = (script: string): Ran => {
    const { stdout, stderr, status } = spawnSync('sh', ['-c', script, command], { cwd: scratch, encoding: 'utf8', env: { PATH: process.env['PATH'], LANG: 'C.UTF-8' } });
    return { stdout, stderr, status };
  };

  it('are its own descriptors, and those of its children', () => {
    file('given.txt', 'given');
    expect(shell(`"$0" -c 'import os; print(os.read(7, 9), os.get_inheritable(7), open(0, closefd=False).fileno(), open("given.txt").fileno())' 7<given.txt`).stdout).toBe("b'given' True 0 3\n");
    const open = 'r = []\nfor fd in range(3, 30):\n  try: os.fstat(fd); r.append(fd)\n  except OSError: pass\nprint(r)';
    expect(py(['-c', `import os, subprocess, sys\nfor _ in range(9): os.set_inheritable(os.open("given.txt", 0), True)\nsubprocess.run([sys.executable, "-c", ${JSON.stringify(`import os\n${open}`)}], close_fds=False)`]).stdout).toBe('[3, 4, 5, 6, 7, 8, 9, 10, 11]\n');
    const child = `subprocess.run([sys.executable, "-c", f"import os; print(os.read({end}, 5), os.environ.get('_PY_DESCRIPTORS'))"], pass_fds=[end])`;
    expect(py(['-c', `import os, subprocess, sys\nend, other = os.pipe()\nos.write(other, b"piped")\n${child}`])).toEqual({ stdout: "b'piped' None\n", stderr: '', status: 0 });
  });

  it('are variables and arguments that need not be UTF-8', () => {
    const program = 'import os, subprocess, sys; print(os.environb[b"X"], ascii(sys.argv[1]), flush=True); subprocess.run(["env"])';
    const { stdout } = shell(`X=$(printf 'a\\377b') exec "$0" -c '${program}' "$(printf '\\376')" | od -c -A n | tr -d ' \\n'`);
    expect(stdout).toContain("b'a\\xffb''\\udcfe'");
    expect(stdout).toContain('X=a377b');
  });
});
