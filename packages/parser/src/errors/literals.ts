import type { Undecodable } from '@py/ast';
import { decodeBytes, decodeString } from '../escapes.ts';
import type { EscapeError } from '../escapes.ts';
import { messages } from '../messages.ts';
import { DEFAULT_MAX_INT_DIGITS, numberValue } from '../numbers.ts';
import { warnInvalidEscape } from '../strings.ts';
import { utf8Problem } from '../utf8.ts';
import type { Machine } from './machine.ts';

/** What every JavaScript host has; declared here because no DOM or Node types are in scope. */
declare const TextEncoder: new () => { encode(text: string): Uint8Array };

/** Throws what is wrong with a NUMBER: too many digits, or underscores that an older version does not know. */
export function checkNumber(machine: Machine, token: number): void {
  const text = machine.stream.text(token);
  const { featureVersion = 12, maxIntDigits = DEFAULT_MAX_INT_DIGITS } = machine.state.options;
  if (featureVersion < 6 && text.includes('_')) throw machine.locate.atToken(messages.onlySince('numericUnderscores', 6));
  if (numberValue(text, maxIntDigits) === null) {
    throw machine.locate.inLineOf(token, messages.tooManyDigits(maxIntDigits, text.replaceAll('_', '').length));
  }
}

/** Throws what is wrong in a STRING, or in an FSTRING_MIDDLE of a field's format, of an f-string or of a raw one. */
export function checkStringPart(machine: Machine, token: number, where: 'string' | 'spec' | 'fstring' | 'raw', shownAt = token): void {
  const { stream, state } = machine;
  const text = stream.text(token);
  const warn = (escape: string): void => {
    // What the parser warned of before it failed, the first pass need not repeat.
    if (machine.invalid || (!machine.secondPass && state.warned.has(token))) return;
    state.warned.add(token);
    warnInvalidEscape(state, escape, token, shownAt);
  };
  if (where !== 'string') {
    const problem = utf8Text(machine, stream.starts[token]!, stream.ends[token]!, false);
    if (problem !== null) throw machine.locate.nowhere('UnicodeDecodeError', problem.message, problem);
    if (where !== 'raw') checkStr(machine, text, warn, where === 'spec');
    return;
  }
  const [, prefix = '', quote = ''] = /^(\w*)('''|"""|'|")/.exec(text)!;
  const body = text.slice(prefix.length + quote.length, text.length - quote.length);
  const raw = /r/i.test(prefix);
  const start = stream.starts[token]! + prefix.length + quote.length;
  const problem = /b/i.test(prefix) ? null : utf8Text(machine, start, stream.ends[token]! - quote.length, !raw && body.includes('\\'));
  if (problem !== null) throw machine.locate.atToken(messages.decoding(problem.message));
  if (!/b/i.test(prefix)) {
    if (!raw) checkStr(machine, body, warn, false);
    return;
  }
  const bytes = decodeBytes(body, raw, warn);
  const part = { kind: 'token', start: token, end: token, parts: [] };
  if (bytes === 'ascii') throw machine.locate.range(part, part, messages.bytesNotAscii());
  if (!(bytes instanceof Uint8Array)) throw machine.locate.atToken(messages.badHexInBytes(bytes.badHexAt));
}

/** What is wrong with the bytes of a literal; with escapes in it, CPython decodes each run of non-ASCII characters by itself. */
function utf8Text({ stream: { source } }: Machine, start: number, end: number, inRuns: boolean): (Undecodable & { readonly message: string }) | null {
  const problem = utf8Problem(source, start, end);
  if (problem === null) return null;
  let origin = start;
  let stop = end;
  if (inRuns) {
    for (origin = problem.start; origin > start && source[origin - 1]! >= 0x80; ) origin--;
    for (stop = problem.start; stop < end && source[stop]! >= 0x80; ) stop++;
  }
  const found = utf8Problem(source, origin, stop)!;
  const place = { start: found.start - origin, end: found.end - origin, reason: found.reason };
  const message = messages.notUtf8(place.start, place.end, source[found.start]!, found.reason);
  return { message, encoding: 'utf-8', bytes: source.slice(origin, stop), ...place };
}

/** In a field's format CPython forgets to make a SyntaxError of what the decoder raises. */
function checkStr(machine: Machine, body: string, warn: (escape: string) => void, isFormat: boolean): void {
  const result = decodeString(body, machine.state.options.unicodeName, warn);
  if (!isError(result)) return;
  const problem = messages.badEscape(result.reason, result.start, result.end);
  if (!isFormat) throw machine.locate.atToken(messages.decoding(problem));
  const { start, end, reason } = result;
  throw machine.locate.nowhere('UnicodeDecodeError', problem, { encoding: 'unicodeescape', bytes: new TextEncoder().encode(body), start, end, reason });
}

function isError(result: string | readonly number[] | EscapeError): result is EscapeError {
  return typeof result === 'object' && 'reason' in result;
}
