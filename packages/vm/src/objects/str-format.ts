import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { indexError, valueError } from '../core/errors.ts';
import { jsText, strFromJS } from '../core/text.ts';
import { asciiRepr } from './str-support.ts';
import { format } from '../protocol/format.ts';
import { getAttr } from '../protocol/attribute.ts';
import { getItem } from '../protocol/subscript.ts';
import { repr, str } from '../protocol/repr.ts';

/* `str.format` (CPython 3.12: Objects/stringlib/unicode_format.h). Templates are handled as JavaScript text. */

/** Literal text, then maybe a field. */
export interface FormatPiece {
  readonly literal: string;
  /** Null when there is only text. */
  readonly field: { readonly name: string; readonly conversion: string; readonly spec: string } | null;
}

/** Takes a template apart; fields in a specification are left in its text. */
export function parseTemplate(template: string): FormatPiece[] {
  const pieces: FormatPiece[] = [];
  for (let at = 0; at < template.length; ) {
    const { piece, next } = nextPiece(template, at);
    pieces.push(piece);
    at = next;
  }
  return pieces;
}

/** The piece that begins at `at`, and where the next one does: fields are filled in before what follows is looked at. */
function nextPiece(template: string, at: number): { readonly piece: FormatPiece; readonly next: number } {
  let literal = '';
  let i = at;
  while (i < template.length) {
    const ch = template[i];
    if (ch === '{' || ch === '}') {
      if (template[i + 1] === ch) {
        literal += ch;
        i += 2;
        continue;
      }
      if (ch === '}') throw valueError("Single '}' encountered in format string");
      if (i + 1 >= template.length) throw valueError("Single '{' encountered in format string");
      const { field, next } = parseField(template, i + 1);
      return { piece: { literal, field }, next };
    } else {
      literal += ch;
      i++;
    }
  }
  return { piece: { literal, field: null }, next: i };
}

function parseField(template: string, start: number): { field: { name: string; conversion: string; spec: string }; next: number } {
  let depth = 1;
  let i = start;
  let bracket = false;
  let nameEnd = -1;
  // The name ends at `!` or `:` outside brackets.
  for (; i < template.length; i++) {
    const ch = template[i];
    if (bracket) {
      if (ch === ']') bracket = false;
      continue;
    }
    if (ch === '[') bracket = true;
    else if (ch === '{') throw valueError("unexpected '{' in field name");
    else if (ch === '}' || ch === ':' || ch === '!') {
      nameEnd = i;
      break;
    }
  }
  if (nameEnd < 0) throw valueError("expected '}' before end of string");
  const name = template.slice(start, nameEnd);
  let conversion = '';
  i = nameEnd;
  if (template[i] === '!') {
    if (i + 1 >= template.length) throw valueError("end of string while looking for conversion specifier");
    const ch = String.fromCodePoint(template.codePointAt(i + 1) as number);
    if (ch === '}') throw valueError("unmatched '{' in format spec");
    conversion = ch;
    i += 1 + ch.length;
    if (i >= template.length) throw valueError("unmatched '{' in format spec");
    if (template[i] !== ':' && template[i] !== '}') throw valueError("expected ':' after conversion specifier");
  }
  if (template[i] === '}') return { field: { name, conversion, spec: '' }, next: i + 1 };
  const specStart = i + 1;
  for (i = specStart; i < template.length; i++) {
    if (template[i] === '{') depth++;
    else if (template[i] === '}' && --depth === 0) return { field: { name, conversion, spec: template.slice(specStart, i) }, next: i + 1 };
  }
  throw valueError("unmatched '{' in format spec");
}

/** Automatic numbering: `{}` or `{0}`, not both. */
interface Numbering {
  next: number;
  mode: 'unknown' | 'auto' | 'manual';
}

/** `template.format(*args, **kwargs)`; `args` null for format_map. */
export function formatStr(vm: VM, template: PyValue, args: readonly PyValue[] | null, kwargs: PyValue): PyValue {
  return strFromJS(build(vm, jsText(template), args, kwargs, { next: 0, mode: 'unknown' }, 2));
}

function build(vm: VM, template: string, args: readonly PyValue[] | null, kwargs: PyValue, numbering: Numbering, depth: number): string {
  if (depth <= 0) throw valueError('Max string recursion exceeded');
  let text = '';
  for (let at = 0; at < template.length; ) {
    const { piece, next } = nextPiece(template, at);
    const { literal, field } = piece;
    at = next;
    text += literal;
    if (field === null) continue;
    let value = fieldValue(vm, field.name, args, kwargs, numbering);
    if (field.conversion !== '') value = convert(vm, value, field.conversion);
    const spec = field.spec.includes('{') || field.spec.includes('}') ? build(vm, field.spec, args, kwargs, numbering, depth - 1) : field.spec;
    text += jsText(format(vm, value, strFromJS(spec)));
    if (text.length > 65536) vm.allocate(1024);
  }
  return text;
}

function convert(vm: VM, value: PyValue, conversion: string): PyValue {
  switch (conversion) {
    case 'r':
      return repr(vm, value);
    case 's':
      return str(vm, value);
    case 'a':
      return asciiRepr(repr(vm, value));
    default: {
      const code = conversion.codePointAt(0) as number;
      if (code > 32 && code < 127) throw valueError(`Unknown conversion specifier ${conversion}`);
      throw valueError(`Unknown conversion specifier \\x${code.toString(16)}`);
    }
  }
}

/** One step after the first name: `.attribute` or `[index]`. */
export type FieldStep = { readonly kind: 'attribute'; readonly name: string } | { readonly kind: 'item'; readonly key: string | number };

/** `a.b[0]` taken apart: the first name or number, and the steps. */
export function splitFieldName(name: string): { readonly first: string | number; readonly steps: readonly FieldStep[] } {
  const { first, end } = firstName(name);
  const steps: FieldStep[] = [];
  for (let at = end; at < name.length; ) {
    const { step, next } = nextStep(name, at);
    steps.push(step);
    at = next;
  }
  return { first, steps };
}

function firstName(name: string): { readonly first: string | number; readonly end: number } {
  const found = name.search(/[.[]/);
  const end = found < 0 ? name.length : found;
  return { first: asNumber(name.slice(0, end)), end };
}

/** The step that begins at `at`, and where the next one does: steps are taken before what follows is looked at. */
function nextStep(name: string, at: number): { readonly step: FieldStep; readonly next: number } {
  if (name[at] === '.') {
    let stop = at + 1;
    while (stop < name.length && name[stop] !== '.' && name[stop] !== '[') stop++;
    if (stop === at + 1) throw valueError('Empty attribute in format string');
    return { step: { kind: 'attribute', name: name.slice(at + 1, stop) }, next: stop };
  }
  if (name[at] !== '[') throw valueError("Only '.' or '[' may follow ']' in format field specifier");
  const stop = name.indexOf(']', at);
  if (stop < 0) throw valueError("Missing ']' in format string");
  if (stop === at + 1) throw valueError('Empty attribute in format string');
  return { step: { kind: 'item', key: asNumber(name.slice(at + 1, stop)) }, next: stop + 1 };
}

function asNumber(text: string): string | number {
  if (!/^[0-9]+$/.test(text)) return text;
  const value = Number(text);
  if (value > Number.MAX_SAFE_INTEGER) throw valueError('Too many decimal digits in format string');
  return value;
}

function fieldValue(vm: VM, name: string, args: readonly PyValue[] | null, kwargs: PyValue, numbering: Numbering): PyValue {
  const { first, end } = firstName(name);
  let key = first;
  const wanted = key === '' ? 'auto' : typeof key === 'number' ? 'manual' : null;
  if (wanted !== null && args !== null) {
    if (numbering.mode === 'unknown') numbering.mode = wanted;
    if (numbering.mode !== wanted) {
      throw valueError(wanted === 'manual' ? 'cannot switch from automatic field numbering to manual field specification' : 'cannot switch from manual field specification to automatic field numbering');
    }
  }
  if (key === '') key = numbering.next++;
  let value: PyValue;
  if (typeof key === 'number') {
    if (args === null) throw valueError('Format string contains positional fields');
    if (key >= args.length) throw indexError(`Replacement index ${key} out of range for positional args tuple`);
    value = args[key];
  } else value = getItem(vm, kwargs, strFromJS(key));
  for (let at = end; at < name.length; ) {
    const { step, next } = nextStep(name, at);
    at = next;
    value = step.kind === 'attribute' ? getAttr(vm, value, step.name) : getItem(vm, value, typeof step.key === 'number' ? step.key : strFromJS(step.key));
  }
  return value;
}
