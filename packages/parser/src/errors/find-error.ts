import { PySyntaxError } from '@py/ast';
import * as K from '../kinds.ts';
import { messages } from '../messages.ts';
import type { ParserState } from '../state.ts';
import { Machine } from './machine.ts';
import type { Rule } from './notation.ts';
import { readGrammar } from './notation.ts';

/** The grammar is a constant, but reading its text takes milliseconds that only a program with an error should pay. */
// eslint-disable-next-line no-restricted-syntax -- a table decoded once
let grammarRules: ReadonlyMap<string, Rule> | null = null;

const startRules = { exec: 'file', eval: 'eval', single: 'interactive', func_type: 'func_type' } as const;

/**
 * The error that CPython reports for tokens that the parser refused, or null if they are Python after all (which the parser
 * cannot tell where they nest very deep). CPython 3.12: Parser/pegen.c, _PyPegen_run_parser.
 */
export function findError(state: ParserState): PySyntaxError | null {
  const machine = new Machine(state);
  const rule = (grammarRules ??= readGrammar()).get(startRules[state.options.mode ?? 'exec'])!;
  const first = attempt(() => machine.run(rule, false));
  const failed = first === null || first instanceof PySyntaxError;
  if (failed && state.options.allowIncompleteInput && isEndOfSource(machine, first)) {
    return first !== null && first === machine.stream.error ? machine.locate.atTokenizer(messages.incompleteInput()) : machine.locate.atToken(messages.incompleteInput());
  }
  if (first instanceof PySyntaxError) return isFinal(machine, first) ? first : afterWholeSource(machine, first);
  if (first !== null) return state.options.mode === 'single' ? moreStatements(machine) : null;
  const last = machine.fill - 1;
  const second = attempt(() => machine.run(rule, true));
  if (second instanceof PySyntaxError) return isFinal(machine, second) ? second : afterWholeSource(machine, second);
  return genericError(machine, last);
}

/** Nothing but the end of the source is in the way: the tokenizer has met it. CPython 3.12: Parser/pegen.c, _is_end_of_source. */
function isEndOfSource({ stream, state, fill }: Machine, error: PySyntaxError | null): boolean {
  const last = fill - 1;
  const type = stream.types[last];
  // Behind all tokens but strings CPython looks one character ahead.
  const looksAhead = stream.implicitNewline && state.options.mode === 'single' && type !== K.STRING && type !== K.FSTRING_END;
  if (looksAhead && stream.ends[last] === stream.source.length - 1) return true;
  if (stream.error !== null) return error === stream.error && /^E_(EOF|EOFS|EOLS)$/.test(stream.errorCode!);
  // In mode `single` an empty NEWLINE stands for the end first; before it, and before ENDMARKER, blocks end.
  const end = stream.starts[stream.length - 1]!;
  return stream.starts[last] === end && (type === K.ENDMARKER || type === K.DEDENT || (type === K.NEWLINE && stream.ends[last] === end));
}

/** The result of a pass, or the error it ended with. */
function attempt<Result>(pass: () => Result): Result | PySyntaxError {
  try {
    return pass();
  } catch (error) {
    if (error instanceof PySyntaxError) return error;
    throw error;
  }
}

/** Not the parser's own error, or one that no other replaces. */
function isFinal(machine: Machine, error: PySyntaxError): boolean {
  return error === machine.stream.error || error.pyClass === 'MemoryError' || error.pyClass === 'UnicodeDecodeError';
}

/** No rule had anything to say: the last token that the first pass fetched is wrong. */
function genericError(machine: Machine, last: number): PySyntaxError {
  const type = machine.stream.types[last]!;
  if (type === K.INDENT) return machine.locate.atToken(messages.unexpectedIndent(), 'IndentationError');
  if (type === K.DEDENT) return machine.locate.atToken(messages.unexpectedUnindent(), 'IndentationError');
  const part = { kind: 'token', start: last, end: last, parts: [] };
  return afterWholeSource(machine, machine.locate.range(part, part, messages.invalidSyntax()));
}

/**
 * An error that the tokenizer meets later replaces one of the parser, and so does a bracket that is never closed, if the parser's
 * error is not in its line. CPython 3.12: Parser/pegen_errors.c, _PyPegen_tokenize_full_source_to_check_for_errors.
 */
function afterWholeSource(machine: Machine, error: PySyntaxError): PySyntaxError {
  const { stream } = machine;
  if (stream.error === null || insideFString(machine)) return error;
  if (/^E_(ERROR|EOFS|EOLS|DECODE)$/.test(stream.errorCode!)) return undecodableName(stream.error, machine) ?? stream.error;
  const open = stream.openBrackets[stream.openBrackets.length - 1];
  return open !== undefined && stream.lines[machine.fill - 1]! > open.lineno ? machine.locate.neverClosed() : error;
}

/** A name that is no UTF-8 becomes a SyntaxError only where the parser asks for it; here CPython lets the error of the decoder through. */
function undecodableName({ message, undecodable }: PySyntaxError, machine: Machine): PySyntaxError | null {
  return undecodable && machine.locate.nowhere('UnicodeDecodeError', message.slice(messages.decoding('').length), undecodable);
}

function insideFString({ stream: { types, length } }: Machine): boolean {
  let depth = 0;
  for (let i = 0; i < length; i++) {
    if (types[i] === K.FSTRING_START) depth++;
    else if (types[i] === K.FSTRING_END) depth--;
  }
  return depth > 0;
}

/** Mode `single`: only comments and white space may follow the statement. CPython 3.12: Parser/pegen.c, bad_single_statement. */
function moreStatements(machine: Machine): PySyntaxError | null {
  const { source, ends } = machine.stream;
  return isBlankFrom(source, ends[machine.fill - 1]!) ? null : machine.locate.atToken(messages.severalStatements());
}

/** Only comments and white space stand in `source` from `start` on. */
export function isBlankFrom(source: Uint8Array, start: number): boolean {
  let pos = start;
  for (;;) {
    while (pos < source.length && isBlank(source[pos]!)) pos++;
    if (pos >= source.length) return true;
    if (source[pos] !== 0x23) return false;
    while (pos < source.length && source[pos] !== 0x0a) pos++;
  }
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0c;
}
