import type { PyValue } from '../../core/value.ts';
import type { VM } from '../../core/vm.ts';
import { locations } from '@py/code';
import { PyType, bytesType, dictType, typeOf } from '../../core/type.ts';
import { isStr, jsText, strFromJS } from '../../core/text.ts';
import * as types from '../../objects/exception-types.ts';
import { PyBaseException } from '../../objects/exceptions.ts';
import { None } from '../../objects/none.ts';
import type { PyTraceback } from '../../objects/traceback.ts';
import { PyTuple } from '../../objects/tuple.ts';
import { getAttr, lookupAttr } from '../../protocol/attribute.ts';
import { callMethod } from '../../protocol/call.ts';
import { intValue, isInt } from '../../protocol/number.ts';
import { repr, str } from '../../protocol/repr.ts';
import { toArray } from '../../protocol/iterate.ts';
import { moduleName } from '../../objects/type-support.ts';
import { caretLine } from './carets.ts';
import { sourceLine } from './source-lines.ts';
import { suggestionText } from './suggestions.ts';

/* How an uncaught exception is printed (CPython 3.12: Python/pythonrun.c, _PyErr_Display; Python/traceback.c). */

/** Prints to `sys.stderr`, or to the host's descriptor 2 where that is lost. */
export function displayException(vm: VM, value: PyValue, traceback: PyValue): void {
  const text = exceptionText(vm, value, traceback);
  writeError(vm, text);
}

/** Writes text to `sys.stderr`. Nothing happens if Python has none. */
export function writeError(vm: VM, text: string): void {
  const stderr = vm.sysDict.getStr('stderr');
  if (stderr === None) return;
  if (stderr === undefined) {
    vm.host.files?.write(2, encodeText(text));
    return;
  }
  callMethod(vm, stderr, 'write', [strFromJS(text)]);
  const flush = lookupAttr(vm, stderr, 'flush');
  if (flush !== undefined) callMethod(vm, stderr, 'flush');
}

function encodeText(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const ch of text) {
    const code = ch.codePointAt(0) as number;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63));
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    else bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
  }
  return Uint8Array.from(bytes);
}

/** What CPython prints for an uncaught exception, line ends included. */
export function exceptionText(vm: VM, value: PyValue, traceback: PyValue): string {
  if (!(value instanceof PyBaseException)) {
    return `TypeError: print_exception(): Exception expected for value, ${typeOf(value).tpName} found\n`;
  }
  if (traceback !== None && value.traceback === null && typeOf(traceback).name === 'traceback') value.traceback = traceback as PyTraceback;
  const printer = new Printer(vm);
  printer.withChain(value);
  return printer.text;
}

const causeMessage = '\nThe above exception was the direct cause of the following exception:\n\n';
const contextMessage = '\nDuring handling of the above exception, another exception occurred:\n\n';
const maxGroupWidth = 15;
const maxGroupDepth = 10;

class Printer {
  text = '';
  private readonly vm: VM;
  private readonly seen = new Set<PyBaseException>();
  /** Columns of indentation, 2 for each level of exception groups. */
  private indent = 0;
  private groupDepth = 0;
  private needClose = false;
  private margin = '';

  constructor(vm: VM) {
    this.vm = vm;
  }

  private get prefix(): string {
    return ' '.repeat(this.indent) + this.margin;
  }

  private line(text: string): void {
    this.text += `${this.prefix}${text}\n`;
  }

  /** The exception after what caused it. */
  withChain(exception: PyBaseException): void {
    this.seen.add(exception);
    const { cause, context } = exception;
    if (cause !== null) {
      if (!this.seen.has(cause)) {
        this.chained(cause, causeMessage);
      }
    } else if (context !== null && !exception.suppressContext && !this.seen.has(context)) {
      this.chained(context, contextMessage);
    }
    if (exception.cls.isSubtypeOf(types.BaseExceptionGroup)) this.group(exception);
    else this.single(exception);
  }

  /** What came before; a group in there does not close the group around. */
  private chained(exception: PyBaseException, message: string): void {
    const { needClose } = this;
    this.withChain(exception);
    this.needClose = needClose;
    for (const line of message.split('\n').slice(0, -1)) this.line(line);
  }

  private single(exception: PyBaseException): void {
    this.traceback(exception, 'Traceback (most recent call last):');
    this.message(exception);
  }

  private traceback(exception: PyBaseException, header: string): void {
    if (exception.traceback === null) return;
    const lines = tracebackLines(this.vm, exception.traceback);
    if (lines.length === 0) return; // `sys.tracebacklimit` forbids all.
    this.line(header);
    for (const line of lines) this.line(line);
  }

  /** An exception group: its own lines, then its members one level further in. */
  private group(exception: PyBaseException): void {
    if (this.groupDepth > maxGroupDepth) {
      this.line(`... (max_group_depth is ${maxGroupDepth})`);
      return;
    }
    const outermost = this.groupDepth === 0;
    if (outermost) {
      this.indent += 2;
      this.groupDepth++;
    }
    if (exception.traceback !== null) {
      this.margin = '';
      const header = 'Exception Group Traceback (most recent call last):';
      this.text += outermost ? `${' '.repeat(this.indent - 2)}  + ${header}\n` : `${' '.repeat(this.indent)}| ${header}\n`;
      this.margin = '| ';
      for (const line of tracebackLines(this.vm, exception.traceback)) this.line(line);
    }
    this.margin = '| ';
    this.message(exception);
    const members = memberList(exception);
    const shown = members.length <= maxGroupWidth ? members.length : maxGroupWidth + 1;
    this.needClose = false;
    for (let i = 0; i < shown; i++) {
      const last = i === shown - 1;
      if (last) this.needClose = true;
      const truncated = i >= maxGroupWidth;
      const title = truncated ? '...' : String(i + 1);
      const lead = i === 0 ? '+-' : '  ';
      this.text += `${' '.repeat(this.indent)}${lead}+---------------- ${title} ----------------\n`;
      this.indent += 2;
      this.groupDepth++;
      this.margin = '| ';
      if (truncated) {
        const rest = members.length - maxGroupWidth;
        this.line(`and ${rest} more exception${rest > 1 ? 's' : ''}`);
      } else this.withChain(members[i]);
      if (last && this.needClose) {
        this.text += `${' '.repeat(this.indent)}+------------------------------------\n`;
        this.needClose = false;
      }
      this.indent -= 2;
      this.groupDepth--;
    }
    if (outermost) {
      this.indent -= 2;
      this.groupDepth--;
      this.margin = '';
    }
  }

  /** Class, text, notes; for a SyntaxError the place first. */
  private message(exception: PyBaseException): void {
    const { vm } = this;
    let text: string | null = null;
    const details = exception.fields?.print_file_and_line !== undefined ? exception.fields : null;
    if (exception.cls.isSubtypeOf(types.SyntaxError) && details !== null && details.lineno !== undefined && isInt(details.lineno)) {
      text = details.msg === undefined ? 'None' : textOr(vm, details.msg);
      this.syntaxPlace(details, exception.cls === types.SyntaxError);
    }
    text ??= textOr(vm, exception);
    const name = qualifiedName(vm, exception.cls);
    const suggestion = suggestionText(vm, exception);
    // Only the first line of the text stands behind the margin.
    this.line(text === '' && suggestion === '' ? name : `${name}: ${text}${suggestion}`);
    const notes = lookupAttr(vm, exception, '__notes__');
    if (notes !== undefined) this.notes(notes);
  }

  /** A note, each of its lines behind the margin. */
  private note(text: string): void {
    for (const line of text.match(/[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]*(?:\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029])|.+$/gu) ?? []) this.text += this.prefix + line;
    this.text += '\n';
  }

  /** `ranged`: the error has an end; those of subclasses (IndentationError, TabError) show their beginning only. CPython: parse_syntax_error, print_error_text. */
  private syntaxPlace(details: Record<string, PyValue | undefined>, ranged: boolean): void {
    const { vm } = this;
    const { filename, lineno, offset, end_lineno, end_offset, text } = details;
    if (lineno === undefined || !isInt(lineno)) return;
    const file = filename === undefined || filename === None ? '<string>' : textOr(vm, filename);
    this.line(`  File "${file}", line ${String(intValue(lineno))}`);
    if (text === undefined || !isStr(text)) return;
    const number = (value: PyValue | undefined): number => (value !== undefined && value !== None && isInt(value) ? Number(intValue(value)) : -1);
    let source = jsText(text);
    let start = number(offset);
    const sameLine = number(end_lineno) === -1 || number(end_lineno) === number(lineno);
    // An end on a later line means to the end of this one.
    const lineEnd = [...source.replace(/\n$/, '')].length + 1;
    const end = sameLine ? Math.min(number(end_offset), lineEnd) : [...source].length + 1;
    const carets = ranged && end > 0 && end > start ? end - start : 1;
    const stripped = source.replace(/^[ \t\f]+/, '');
    start -= source.length - stripped.length;
    source = stripped;
    start = Math.min(start, source.replace(/\n$/, '').length + 1);
    // A text of several lines: the last one that the offset reaches, with its own indentation.
    for (;;) {
      const newline = source.indexOf('\n');
      if (newline < 0 || newline >= start - 1 || newline === source.length - 1) break;
      start -= newline + 1;
      source = source.slice(newline + 1);
    }
    // The source stands without the margin of a group around.
    this.text += `    ${source.replace(/\n$/, '')}\n`;
    if (start >= 1) this.text += `    ${' '.repeat(start - 1)}${'^'.repeat(carets)}\n`;
  }

  private notes(notes: PyValue): void {
    const { vm } = this;
    const type = typeOf(notes);
    const several = type.sq_item !== undefined && !isStr(notes) && !type.isSubtypeOf(bytesType) && !type.isSubtypeOf(dictType);
    if (!several) {
      this.line(safeRepr(vm, notes, '<__notes__ repr() failed>'));
      return;
    }
    for (const item of toArray(vm, notes)) {
      const text = isStr(item) ? jsText(item) : textOr(vm, item, null);
      if (text === null) this.text += '<note str() failed>\n';
      else this.note(text);
    }
  }
}

function memberList(group: PyBaseException): PyBaseException[] {
  const members = group.fields?.exceptions;
  return members instanceof PyTuple ? members.items.filter((item) => item instanceof PyBaseException) : [];
}

function textOr<T = string>(vm: VM, value: PyValue, failed: string | T = '<exception str() failed>'): string | T {
  try {
    return jsText(str(vm, value));
  } catch (error) {
    if (error instanceof PyBaseException) return failed;
    throw error;
  }
}

function safeRepr(vm: VM, value: PyValue, failed: string): string {
  try {
    return jsText(repr(vm, value));
  } catch (error) {
    if (error instanceof PyBaseException) return failed;
    throw error;
  }
}

/** `module.Class`, without `builtins.` and `__main__.`. */
export function qualifiedName(vm: VM, cls: PyType): string {
  const module = moduleName(vm, cls);
  if (module === null) return `<unknown>.${cls.qualname}`;
  return module === 'builtins' || module === '__main__' ? cls.qualname : `${module}.${cls.qualname}`;
}

const repeatCutoff = 3;

/** Lines for each frame of a traceback, oldest first, with `sys.tracebacklimit` and repeats shortened. */
export function tracebackLines(vm: VM, traceback: PyTraceback): string[] {
  const limitValue = vm.sysDict.getStr('tracebacklimit');
  let limit = 1000;
  if (limitValue !== undefined && isInt(limitValue)) limit = Math.min(Number(intValue(limitValue)), 0x7fffffff);
  if (limit <= 0) return [];
  const entries: PyTraceback[] = [];
  for (let tb: PyTraceback | null = traceback; tb !== null; tb = tb.next) entries.push(tb);
  const lines: string[] = [];
  let last = '';
  let count = 0;
  for (const tb of entries.slice(-limit)) {
    const source = tb.frame.code.code;
    const lineno = tb.lineno ?? tb.frame.code.lineAt(tb.lasti);
    const key = `${source.co_filename}\0${lineno}\0${source.co_name}`;
    if (key !== last) {
      if (count > repeatCutoff) lines.push(repeated(count));
      last = key;
      count = 0;
    }
    count++;
    if (count <= repeatCutoff) lines.push(...frameLines(vm, tb, lineno));
  }
  if (count > repeatCutoff) lines.push(repeated(count));
  return lines;
}

function repeated(count: number): string {
  const more = count - repeatCutoff;
  return `  [Previous line repeated ${more} more time${more > 1 ? 's' : ''}]`;
}

function frameLines(vm: VM, tb: PyTraceback, lineno: number): string[] {
  const source = tb.frame.code.code;
  const head = `  File "${source.co_filename}", line ${lineno}, in ${source.co_name}`;
  const text = sourceLine(vm, source.co_filename, lineno, tb.frame.globals);
  if (text === null) return [head];
  const stripped = text.replace(/^[ \t\f]+/, '');
  const lines = [head, `    ${stripped}`];
  const position = [...locations(source)].find((location) => tb.lasti * 2 >= location.start && tb.lasti * 2 < location.end);
  if (position !== undefined && position.lineno === lineno && tb.lasti >= 0) {
    const carets = caretLine(vm, text, position);
    if (carets !== null) lines.push(`    ${carets}`);
  }
  return lines;
}

/** `Exception ignored in: …` and the traceback. */
export function writeUnraisable(vm: VM, unraisable: PyValue): void {
  const field = (name: string): PyValue => getAttr(vm, unraisable, name);
  const object = field('object');
  const message = field('err_msg');
  let text = '';
  if (object !== None) {
    const lead = message !== None ? textOr(vm, message) : 'Exception ignored in';
    text += `${lead}: ${safeRepr(vm, object, '<object repr() failed>')}\n`;
  } else if (message !== None) text += `${textOr(vm, message)}:\n`;
  const traceback = field('exc_traceback');
  if (traceback !== None) text += ['Traceback (most recent call last):', ...tracebackLines(vm, traceback as PyTraceback), ''].join('\n');
  const type = field('exc_type');
  if (type instanceof PyType) {
    text += qualifiedName(vm, type);
    const value = field('exc_value');
    const shown = value === None ? '' : textOr(vm, value);
    text += shown === '' ? '\n' : `: ${shown}\n`;
  }
  writeError(vm, text);
}
