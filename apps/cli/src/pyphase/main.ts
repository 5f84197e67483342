// pyphase: shows what one phase makes of a source, without running it.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { PySyntaxError } from '@py/ast';
import { verifyCode } from '@py/pyc';
import { syntaxErrorText } from '../syntax-error-text.ts';
import { coloured } from './colour.ts';
import { diffCode, diffText } from './diff.ts';
import { allCode, codeOf, views, type View, type ViewInput } from './views.ts';

const usage = `usage: pyphase PHASE FILE [options]
       pyphase diff FILE FILE [--json]
       pyphase verify FILE...
       pyphase trace FILE [ARGUMENT...] [--all]
phases:
  tokens     what the tokenizer gives the parser
  ast        the syntax tree, as ast.dump prints it
  symtable   scopes and names
  dis        the bytecode, as dis.dis prints it
  code       every co_* field
  pyc        the .pyc file in hexadecimal; -o writes it
others:
  diff       where the bytecode of two programs differs; status 1 if it does
  verify     checks bytecode: jumps, stack depth, tables; status 1 if something is wrong
  trace      runs a program; a line of JSON for each instruction, with stack and locals
FILE is a source, a .pyc (for all but tokens, ast and symtable), or - for standard input.
options:
  --json             data instead of text
  --mode MODE        exec (default), eval or single
  --optimize N, -O   0, 1 or 2
  --lines A-B        tokens, ast, dis: only these source lines
  --attributes, -a   ast: positions too
  --indent N         ast: 3 unless given
  --caches           dis: inline caches too
  --output FILE, -o  pyc: write the file
  --all              trace: instructions of the library too
  --color WHEN       auto (default: on a terminal), always or never
  --version, --help
`;

/** Where it runs. */
export interface PyphaseSurroundings {
  /** Text is for a terminal that shows colours. */
  readonly colour: boolean;
  /** The file of the bundle, from which the library is found. */
  readonly bundle: string;
}

/** Gives the exit status. Output goes to the two functions. */
export function pyphase(
  argv: readonly string[], out: (text: string) => void, err: (text: string) => void, surroundings: PyphaseSurroundings = { colour: false, bundle: '' },
): number | Promise<number> {
  let parsed;
  try {
    parsed = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        mode: { type: 'string', default: 'exec' },
        optimize: { type: 'string', short: 'O', default: '0' },
        lines: { type: 'string' },
        attributes: { type: 'boolean', short: 'a', default: false },
        indent: { type: 'string', default: '3' },
        caches: { type: 'boolean', default: false },
        output: { type: 'string', short: 'o' },
        all: { type: 'boolean', default: false },
        color: { type: 'string', default: 'auto' },
        version: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    err(`pyphase: ${(error as Error).message}\n${usage}`);
    return 2;
  }
  const { values, positionals } = parsed;
  if (values.help) return say(out, usage, 0);
  if (values.version) return say(out, 'pyphase for Python 3.12.7\n', 0);
  const [phase, file] = positionals;
  const view = (views as Readonly<Record<string, View | undefined>>)[phase ?? ''];
  const counts = { diff: positionals.length === 3, verify: positionals.length >= 2, trace: positionals.length >= 2 }[phase as 'diff'] ?? (view !== undefined && positionals.length === 2);
  if (!counts) return say(err, usage, 2);
  if (!['auto', 'always', 'never'].includes(values.color)) return say(err, `pyphase: --color must be auto, always or never\n`, 2);
  if (!['exec', 'eval', 'single'].includes(values.mode)) return say(err, `pyphase: --mode must be exec, eval or single\n`, 2);
  if (!['0', '1', '2'].includes(values.optimize)) return say(err, `pyphase: --optimize must be 0, 1 or 2\n`, 2);
  const range = /^(\d+)(?:-(\d+))?$/.exec(values.lines ?? '1-999999999');
  if (!range) return say(err, `pyphase: --lines takes a line or a range, as in 10-20\n`, 2);

  const settings = {
    mode: values.mode as 'exec',
    optimize: Number(values.optimize) as 0,
    firstLine: Number(range[1]),
    lastLine: Number(range[2] ?? range[1]),
    attributes: values.attributes,
    indent: Number(values.indent),
    caches: values.caches,
    output: values.output ?? null,
  };
  const inputs: ViewInput[] = [];
  for (const name of phase === 'trace' ? [file] : positionals.slice(1)) {
    try {
      inputs.push({ ...settings, bytes: readFileSync(name === '-' ? 0 : name), filename: name === '-' ? '<stdin>' : name });
    } catch (error) {
      return say(err, `pyphase: cannot read ${name}: ${(error as Error).message}\n`, 2);
    }
  }
  const colour = values.color === 'always' || (values.color === 'auto' && surroundings.colour);
  const print = (text: string): void => out(colour ? coloured(phase, text) : text);
  const request: Request = { inputs, json: values.json, out, print };
  const failed = (error: unknown): number => sayError(err, file, error);
  try {
    if (phase === 'trace') return runTrace(request, [file, ...positionals.slice(2)], values.all, surroundings.bundle).catch(failed);
    if (phase === 'verify') return runVerify(request);
    if (phase === 'diff') return runDiff(request);
    return runView(request, view as View);
  } catch (error) {
    return failed(error);
  }
}

/** What the commands work on. */
interface Request {
  readonly inputs: readonly ViewInput[];
  readonly json: boolean;
  /** Prints text as it is, and text that may have colours. */
  readonly out: (text: string) => void;
  readonly print: (text: string) => void;
}

function runView({ inputs: [input], json, out, print }: Request, view: View): number {
  if (json) out(`${JSON.stringify(view.data(input), null, 1)}\n`);
  else print(view.text(input));
  return 0;
}

function runDiff({ inputs: [first, second], json, out, print }: Request): number {
  const diffs = diffCode(codeOf(first), codeOf(second));
  if (json) out(`${JSON.stringify(diffs, null, 1)}\n`);
  else print(diffText(diffs));
  return diffs.length > 0 ? 1 : 0;
}

function runVerify({ inputs, out }: Request): number {
  out(inputs.map(verifyText).join(''));
  return inputs.some((input) => problemsOf(input).length > 0) ? 1 : 0;
}

/** The VM and the library are loaded for this alone. */
async function runTrace({ inputs: [input], out }: Request, argv: readonly string[], everything: boolean, bundle: string): Promise<number> {
  const [{ trace }, { findInstallation, readLibrary }] = await Promise.all([import('./trace.ts'), import('../installation.ts')]);
  return trace({ code: codeOf(input), filename: input.filename, argv, library: readLibrary(findInstallation(bundle).library), everything, write: out });
}

/** What is wrong with the input is said; other errors are ours. */
function sayError(err: (text: string) => void, file: string, error: unknown): number {
  if (!(error instanceof Error)) throw error;
  if (error.name === 'PySyntaxError') return say(err, syntaxErrorText(error as PySyntaxError), 1);
  if (error.name === 'PycError') return say(err, `pyphase: ${file}: ${error.message}\n`, 1);
  throw error;
}

function verifyText(input: ViewInput): string {
  const problems = problemsOf(input);
  const { length } = allCode(codeOf(input));
  if (problems.length === 0) return `${input.filename}: ${length} code object${length === 1 ? '' : 's'}, nothing wrong\n`;
  return problems.map((problem) => `${input.filename}: ${problem}\n`).join('');
}

/** Problems of all code in the input, as text. */
function problemsOf(input: ViewInput): string[] {
  return verifyCode(codeOf(input)).map(({ code, offset, message }) => `${code}${offset === null ? '' : ` at ${offset}`}: ${message}`);
}

function say(write: (text: string) => void, text: string, status: number): number {
  write(text);
  return status;
}
