import { describe, expect, it } from 'vitest';
import { parseArguments } from '../src/py/arguments.ts';
import { configure } from '../src/py/configure.ts';
import { coerceLocale } from '../src/py/locale.ts';

function args(...argv: string[]): NonNullable<ReturnType<typeof parseArguments>['arguments']> {
  const parsed = parseArguments(argv, 'py');
  if (!parsed.arguments) throw new Error(`ended: ${parsed.ending.err}${parsed.ending.out}`);
  return parsed.arguments;
}

const wrongUse = "usage: py [option] ... [-c cmd | -m mod | file | -] [arg] ...\nTry `python -h' for more information.\n";

describe('what to run', () => {
  it.each([
    [['-c', 'print(1)', '-x', 'y'], { kind: 'command', source: 'print(1)' }, ['-c', '-x', 'y']],
    [['-bcprint'], { kind: 'command', source: 'print' }, ['-c']],
    [['-m', 'a.b', '-O'], { kind: 'module', name: 'a.b' }, ['-m', '-O']],
    [['-O', 'x.py', '-O'], { kind: 'path', path: 'x.py' }, ['x.py', '-O']],
    [['--', '-c', '1'], { kind: 'path', path: '-c' }, ['-c', '1']],
    [['-', 'a'], { kind: 'stdin' }, ['-', 'a']],
    [[], { kind: 'stdin' }, ['']],
    [[''], { kind: 'path', path: '' }, ['']],
  ])('%j', (argv, program, sysArgv) => {
    expect(args(...argv).program).toEqual(program);
    expect(args(...argv).argv).toEqual(sysArgv);
  });
});

describe('wrong use', () => {
  it.each([
    [['-z'], 'Unknown option: -z'],
    [['--foo'], 'unknown option --foo'],
    [['-c'], 'Argument expected for the -c option'],
    [['-X'], 'Argument expected for the -X option'],
    [['-J'], '-J is reserved for Jython'],
    [['--check-hash-based-pycs'], 'Argument expected for the --check-hash-based-pycs options'],
    [['--check-hash-based-pycs', 'foo'], "--check-hash-based-pycs must be one of 'default', 'always', or 'never'"],
  ])('%j', (argv, message) => {
    expect(parseArguments(argv, 'py').ending).toEqual({ out: '', err: `${message}\n${wrongUse}`, status: 2 });
  });
});

it('prints the version', () => {
  expect(parseArguments(['-V', '-c', 'print(1)'], 'py').ending).toEqual({ out: 'Python 3.12.7\n', err: '', status: 0 });
});

describe('sys.flags', () => {
  const flags = (argv: string[], environment: Record<string, string> = {}): unknown => configure(args(...argv, '-c', ''), environment, 'py', []).flags;

  it('counts letters and takes the larger of option and variable', () => {
    expect(flags(['-OO', '-bb', '-B'])).toMatchObject({ optimize: 2, bytes_warning: 2, dont_write_bytecode: 1 });
    expect(flags(['-O'], { PYTHONOPTIMIZE: '2' })).toMatchObject({ optimize: 2 });
    expect(flags([], { PYTHONOPTIMIZE: 'abc' })).toMatchObject({ optimize: 1 });
    expect(flags(['-E'], { PYTHONOPTIMIZE: '2' })).toMatchObject({ optimize: 0, ignore_environment: 1 });
  });

  it('isolates', () => {
    expect(flags(['-I'])).toMatchObject({ isolated: 1, ignore_environment: 1, no_user_site: 1, safe_path: true });
  });

  it('has UTF-8 mode in a C locale', () => {
    expect(flags([], { LC_ALL: 'C', LANG: 'en_US.UTF-8' })).toMatchObject({ utf8_mode: 1 });
    expect(flags([])).toMatchObject({ utf8_mode: 1 });
    expect(flags([], { LC_CTYPE: 'C.utf8', LANG: 'C' })).toMatchObject({ utf8_mode: 0 });
    expect(flags([], { LANG: 'C', PYTHONUTF8: '0' })).toMatchObject({ utf8_mode: 0 });
    expect(flags(['-Xutf8=0'])).toMatchObject({ utf8_mode: 0 });
  });

  it('makes a C locale C.UTF-8', () => {
    const coerced = (environment: Record<string, string>, wish?: string): unknown[] => [coerceLocale(environment, wish), environment['LC_CTYPE']];
    expect(coerced({ LANG: 'C' })).toEqual(['', 'C.UTF-8']);
    expect(coerced({ LANG: 'C' }, '0')).toEqual(['', undefined]);
    expect(coerced({ LC_ALL: 'C' })).toEqual(['', undefined]);
    expect(coerced({ LANG: 'de_DE.UTF-8' })).toEqual(['', undefined]);
    expect(coerced({}, 'warn')[0]).toMatch(/^Python detected LC_CTYPE=C: LC_CTYPE coerced to C\.UTF-8 /);
  });

  it('refuses what CPython refuses', () => {
    expect(() => flags(['-Xint_max_str_digits=5'])).toThrow('-X int_max_str_digits: invalid limit; must be >= 640 or 0 for unlimited.');
    expect(() => flags([], { PYTHONHASHSEED: 'x' })).toThrow('PYTHONHASHSEED must be');
  });
});

it('orders warning options', () => {
  const config = configure(args('-Wd', '-Werror', '-X', 'dev', '-Ximporttime=3', '-b', '-c', ''), { PYTHONWARNINGS: 'ignore,once' }, 'py', []);
  expect(config.warnoptions).toEqual(['default', 'ignore', 'once', 'd', 'error', 'default::BytesWarning']);
  expect(config.xoptions).toEqual({ dev: true, importtime: '3' });
});
