// The command line as CPython's getopt reads it. CPython 3.12: Python/getopt.c and Python/initconfig.c, config_parse_cmdline.
import { help, helpAll, helpEnvironment, helpXOptions, wrongUse } from './help.ts';

/** What to run. */
export type Program =
  | { readonly kind: 'command'; readonly source: string }
  | { readonly kind: 'module'; readonly name: string }
  | { readonly kind: 'path'; readonly path: string }
  /** `-`, or nothing: standard input, a prompt if it is a terminal. */
  | { readonly kind: 'stdin' };

export interface Arguments {
  readonly program: Program;
  /** `sys.argv`. */
  readonly argv: readonly string[];
  /** How often each letter was given. */
  readonly counts: ReadonlyMap<string, number>;
  /** Of -W, in order. */
  readonly warnings: readonly string[];
  /** Of -X: name, and value or true. */
  readonly xoptions: ReadonlyMap<string, string | true>;
  readonly checkHashBasedPycs: 'default' | 'always' | 'never';
  /** Of --vm, which CPython does not have: the package of another virtual machine. */
  readonly vm?: string;
}

/** Nothing to run: print and end. */
export interface Ending {
  readonly out: string;
  readonly err: string;
  readonly status: number;
}

export type ParsedArguments = { readonly arguments: Arguments; readonly ending?: undefined } | { readonly ending: Ending; readonly arguments?: undefined };

const plainLetters = 'bBdEiIOPqRsStuvVxh?';
const lettersWithValue = 'cmWX';
const longOptions: Readonly<Record<string, string>> = { 'help': 'h', 'version': 'V', 'help-all': 'help-all', 'help-env': 'help-env', 'help-xoptions': 'help-xoptions' };

/** Reads the arguments after the program's name. */
export function parseArguments(argv: readonly string[], program: string): ParsedArguments {
  const counts = new Map<string, number>();
  const count = (letter: string): void => void counts.set(letter, (counts.get(letter) ?? 0) + 1);
  const warnings: string[] = [];
  const xoptions = new Map<string, string | true>();
  let checkHashBasedPycs: Arguments['checkHashBasedPycs'] = 'default';
  let vm: string | undefined;
  const wrong = (message: string): ParsedArguments => ({ ending: { out: '', err: `${message}\n${wrongUse(program)}`, status: 2 } });
  const print = (out: string): ParsedArguments => ({ ending: { out, err: '', status: 0 } });
  const run = (what: Program, first: string, rest: readonly string[]): ParsedArguments => {
    if (counts.has('V')) return print(versionText((counts.get('V') ?? 0) > 1));
    return { arguments: { program: what, argv: [first, ...rest], counts, warnings, xoptions, checkHashBasedPycs, vm } };
  };

  let index = 0;
  for (; index < argv.length; index++) {
    const argument = argv[index];
    if (argument === '-' || !argument.startsWith('-')) break;
    if (argument === '--') {
      index++;
      break;
    }
    if (argument.startsWith('--')) {
      if (argument === '--check-hash-based-pycs') {
        const mode = argv[++index];
        if (mode === undefined) return wrong(`Argument expected for the ${argument} options`);
        if (mode !== 'default' && mode !== 'always' && mode !== 'never') return wrong(`--check-hash-based-pycs must be one of 'default', 'always', or 'never'`);
        checkHashBasedPycs = mode;
        continue;
      }
      if (argument === '--vm') {
        vm = argv[++index];
        if (vm === undefined) return wrong(`Argument expected for the ${argument} option`);
        continue;
      }
      const letter = longOptions[argument.slice(2)];
      if (letter === undefined) return wrong(`unknown option ${argument}`);
      if (letter === 'h') return print(help(program));
      if (letter === 'help-all') return print(helpAll(program));
      if (letter === 'help-env') return print(helpEnvironment);
      if (letter === 'help-xoptions') return print(helpXOptions);
      count(letter);
      continue;
    }
    for (let at = 1; at < argument.length; at++) {
      const letter = argument[at];
      if (letter === 'J') return wrong('-J is reserved for Jython');
      if (plainLetters.includes(letter)) {
        if (letter === 'h' || letter === '?') return print(help(program));
        count(letter);
        continue;
      }
      if (!lettersWithValue.includes(letter)) return wrong(`Unknown option: -${letter}`);
      // The value is the rest of this argument, or the next one.
      const value = at + 1 < argument.length ? argument.slice(at + 1) : argv[++index];
      if (value === undefined) return wrong(`Argument expected for the -${letter} option`);
      if (letter === 'c') return run({ kind: 'command', source: value }, '-c', argv.slice(index + 1));
      if (letter === 'm') return run({ kind: 'module', name: value }, '-m', argv.slice(index + 1));
      if (letter === 'W') warnings.push(value);
      else addXOption(xoptions, value);
      break;
    }
  }
  const [path, ...rest] = argv.slice(index);
  if (path === undefined) return run({ kind: 'stdin' }, '', []);
  return run(path === '-' ? { kind: 'stdin' } : { kind: 'path', path }, path, rest);
}

function addXOption(options: Map<string, string | true>, text: string): void {
  const equals = text.indexOf('=');
  if (equals < 0) options.set(text, true);
  else options.set(text.slice(0, equals), text.slice(equals + 1));
}

/** What `sys.version` begins with. */
export const version = '3.12.7';

/** Twice: the whole of `sys.version` (@py/vm, modules/sys). */
function versionText(twice: boolean): string {
  return twice ? `Python ${version} (py in TypeScript) [JavaScript]\n` : `Python ${version}\n`;
}
