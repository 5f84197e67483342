// pyphase: shows what one phase makes of a source, without running it.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { PySyntaxError } from '@py/ast';
import { syntaxErrorText } from '../syntax-error-text.ts';
import { views, type View, type ViewInput } from './views.ts';

const usage = `usage: pyphase PHASE FILE [options]
phases:
  tokens     what the tokenizer gives the parser
  ast        the syntax tree, as ast.dump prints it
  symtable   scopes and names
  dis        the bytecode, as dis.dis prints it
  code       every co_* field
  pyc        the .pyc file in hexadecimal; -o writes it
FILE is a source, a .pyc (for dis, code and pyc), or - for standard input.
options:
  --json             data instead of text
  --mode MODE        exec (default), eval or single
  --optimize N, -O   0, 1 or 2
  --lines A-B        tokens, ast, dis: only these source lines
  --attributes, -a   ast: positions too
  --indent N         ast: 3 unless given
  --caches           dis: inline caches too
  --output FILE, -o  pyc: write the file
  --version, --help
`;

/** Gives the exit status. Output goes to the two functions. */
export function pyphase(argv: readonly string[], out: (text: string) => void, err: (text: string) => void): number {
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
  if (!view || file === undefined || positionals.length > 2) return say(err, usage, 2);
  if (!['exec', 'eval', 'single'].includes(values.mode)) return say(err, `pyphase: --mode must be exec, eval or single\n`, 2);
  if (!['0', '1', '2'].includes(values.optimize)) return say(err, `pyphase: --optimize must be 0, 1 or 2\n`, 2);
  const range = /^(\d+)(?:-(\d+))?$/.exec(values.lines ?? '1-999999999');
  if (!range) return say(err, `pyphase: --lines takes a line or a range, as in 10-20\n`, 2);

  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file === '-' ? 0 : file);
  } catch (error) {
    return say(err, `pyphase: cannot read ${file}: ${(error as Error).message}\n`, 2);
  }
  const input: ViewInput = {
    bytes,
    filename: file === '-' ? '<stdin>' : file,
    mode: values.mode as 'exec',
    optimize: Number(values.optimize) as 0,
    firstLine: Number(range[1]),
    lastLine: Number(range[2] ?? range[1]),
    attributes: values.attributes,
    indent: Number(values.indent),
    caches: values.caches,
    output: values.output ?? null,
  };
  try {
    out(values.json ? `${JSON.stringify(view.data(input), null, 1)}\n` : view.text(input));
    return 0;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (error.name === 'PySyntaxError') return say(err, syntaxErrorText(error as PySyntaxError), 1);
    if (error.name === 'PycError') return say(err, `pyphase: ${file}: ${error.message}\n`, 1);
    throw error;
  }
}

function say(write: (text: string) => void, text: string, status: number): number {
  write(text);
  return status;
}
