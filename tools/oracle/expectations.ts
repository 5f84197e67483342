// The texts beside a fixture: one entry for each kind, giving the files (by ending) that belong to `case.py`.
import { readFileSync } from 'node:fs';
import { tok_name } from '@py/ast';
import { findNativePython, runNative, type Oracle, type OracleError, type ProgramResult, type TokenList } from './oracle.ts';

/** How a case is compiled. */
export interface CaseSettings {
  readonly mode?: 'exec' | 'eval' | 'single';
  readonly optimize?: 0 | 1 | 2;
  /** `errors` only. */
  readonly flags?: number;
  readonly featureVersion?: number;
  /** What `co_filename` says. */
  readonly filename: string;
  /** Where the file is; null for text from the command line. */
  readonly path: string | null;
  /** `run` only: ask a native 3.12 (for programs that need 64 bits, threads or processes). */
  readonly native?: boolean;
}

export interface Expectation {
  /** All endings that this kind may write; those not written are removed. */
  readonly endings: readonly string[];
  make(oracle: Oracle, source: Uint8Array, settings: CaseSettings): Readonly<Record<string, string | Uint8Array>>;
}

/** `error` alone is the whole text when CPython refuses the source. */
function textOr(answer: { readonly ok?: string; readonly error?: OracleError }): string {
  return answer.error ? `${errorLine(answer.error)}\n` : `${answer.ok ?? ''}`;
}

/** `SyntaxError: msg (1,5-1,9)`. */
export function errorLine(error: OracleError): string {
  if (error.lineno === undefined) return `${error.class}: ${error.msg}`;
  return `${error.class}: ${error.msg} (${error.lineno},${error.offset}-${error.end_lineno},${error.end_offset})`;
}

/** One token a line: `1,0-1,5 NAME 'print'`. */
function tokenLines(list: TokenList<readonly [number, string, number, number, number, number, ...unknown[]]>, physicalLines: boolean): string {
  const lines = list.tokens.map(([type, string, line, column, endLine, endColumn, physical]) => {
    const text = `${line},${column}-${endLine},${endColumn} ${tok_name[type]} ${JSON.stringify(string)}`;
    return physicalLines ? `${text} ${JSON.stringify(physical)}` : text;
  });
  if (list.error) lines.push(errorLine(list.error));
  return lines.map((line) => `${line}\n`).join('');
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 1)}\n`;
}

export const expectations = {
  tokens: {
    endings: ['tokens'],
    make(oracle, source) {
      const answer = oracle.tokens(source);
      return { tokens: answer.ok ? tokenLines(answer.ok, false) : textOr({ error: answer.error }) };
    },
  },
  tokenize: {
    endings: ['tokenize'],
    make(oracle, source) {
      const answer = oracle.tokenizeModule(source);
      return { tokenize: answer.ok ? tokenLines(answer.ok, true) : textOr({ error: answer.error }) };
    },
  },
  ast: {
    endings: ['ast'],
    make(oracle, source, { mode, filename }) {
      const answer = oracle.dump(source, { mode, filename, indent: 1 });
      return { ast: answer.error ? textOr(answer) : `${answer.ok ?? ''}\n` };
    },
  },
  symtable: {
    endings: ['symtable.json'],
    make(oracle, source, { mode, filename }) {
      const answer = oracle.symbolTable(source, { mode, filename });
      return { 'symtable.json': json(answer.error ? { error: answer.error } : answer.ok) };
    },
  },
  code: {
    endings: ['code.json'],
    make(oracle, source, settings) {
      const answer = oracle.code(source, settings);
      return { 'code.json': json(answer.error ? { error: answer.error } : answer.ok) };
    },
  },
  dis: {
    endings: ['dis'],
    make(oracle, source, settings) {
      return { dis: textOr(oracle.dis(source, settings)) };
    },
  },
  marshal: {
    endings: ['marshal'],
    make(oracle, source, settings) {
      const { ok, error } = oracle.marshal(source, settings);
      if (!ok) throw new Error(`${settings.filename}: ${errorLine(error as OracleError)}`);
      return { marshal: ok };
    },
  },
  pyc: {
    endings: ['pyc'],
    make(oracle, source, settings) {
      const { ok, error } = oracle.pyc(source, settings);
      if (!ok) throw new Error(`${settings.filename}: ${errorLine(error as OracleError)}`);
      return { pyc: ok };
    },
  },
  errors: {
    endings: ['errors.json'],
    make(oracle, source, settings) {
      const { error, warnings } = oracle.errors(source, settings);
      return { 'errors.json': json({ error: error ?? null, warnings }) };
    },
  },
  run: {
    endings: ['stdout', 'stderr', 'status'],
    make(oracle, _source, { path, native }) {
      if (path === null) throw new Error('run needs a file');
      const options = { stdin: readOptional(path.replace(/\.py$/, '.stdin')), args: JSON.parse(readOptional(path.replace(/\.py$/, '.args.json')) || '[]') as string[] };
      let result: ProgramResult;
      if (native) {
        const python = findNativePython();
        if (!python) throw new Error(`${path}: needs a native CPython 3.12 (set PYTHON312)`);
        result = runNative(python, path, options);
      } else {
        result = oracle.run(path, options);
      }
      const outputs: Record<string, string> = { stdout: result.stdout };
      if (result.stderr !== '') outputs['stderr'] = result.stderr;
      if (result.status !== 0) outputs['status'] = `${result.status}\n`;
      return outputs;
    },
  },
} satisfies Record<string, Expectation>;

export type ExpectationName = keyof typeof expectations;

function readOptional(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
