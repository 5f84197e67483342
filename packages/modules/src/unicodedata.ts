import {
  bufferBytes, codePoints, decodeBytes, defineModule, defineType, encodeStr, isStr, jsText, keyError, native, newException, exceptionTypes, PyFloat, PyObject, strFromJS, strFromPoints, TypeFlag, typeError, typeOf, valueError,
} from '@py/vm/native';
import type { NativeDef, NativeModule, PyType, PyValue, VM } from '@py/vm/native';
import { currentDatabase, oldDatabase, sequenceNamed } from './unicodedata/database.ts';
import type { CharacterRecord, Database, NumberRecord } from './unicodedata/database.ts';
import { normalForms, normalize } from './unicodedata/normalize.ts';

/* `unicodedata` (CPython 3.12: Modules/unicodedata.c). Character names come from the VM's option `unicodeNames`. */

/** Code point of an argument that must be one character; `where` as in `name() argument 1`. */
function character(where: string, value: PyValue): number {
  const points = isStr(value) ? codePoints(value) : [];
  if (points.length !== 1) throw typeError(`${where} must be a unicode character, not ${typeOf(value).tpName}`);
  return points[0];
}

function text(where: string, value: PyValue): PyValue {
  if (!isStr(value)) throw typeError(`${where} must be str, not ${typeOf(value).tpName}`);
  return value;
}

// --- names

function nameOf(vm: VM, db: Database, chr: PyValue, fallback: PyValue | undefined): PyValue {
  const code = character('name() argument 1', chr);
  const name = db.old && !db.isAssigned(code) ? undefined : vm.options.unicodeNames?.nameOf(code);
  if (name !== undefined) return name;
  if (fallback === undefined) throw valueError('no such name');
  return fallback;
}

/** Longer names are not looked up. */
const maxNameLength = 256;

function lookup(vm: VM, db: Database, name: PyValue): PyValue {
  const bytes = bufferBytes(vm, isStr(name) ? encodeStr(vm, name, 'utf-8', 'strict') : name);
  if (bytes.length > maxNameLength) throw keyError('name too long');
  const wanted = jsText(isStr(name) ? name : decodeBytes(vm, bytes, 'utf-8', 'strict'));
  const names = vm.options.unicodeNames;
  const code = names?.codeOf(wanted);
  // Unicode 3.2 had no aliases.
  const known = code !== undefined && (!db.old || (db.isAssigned(code) && names?.nameOf(code) === wanted.toUpperCase()));
  if (known) return strFromPoints([code]);
  const sequence = db.old ? undefined : sequenceNamed(wanted);
  if (sequence === undefined) throw newException(exceptionTypes.KeyError, strFromJS(`undefined character name '${wanted}'`));
  return strFromPoints(sequence);
}

// --- numbers

function numberOf(db: Database, field: keyof NumberRecord, what: string, chr: PyValue, fallback: PyValue | undefined): PyValue {
  const value = db.number(character(`${field}() argument 1`, chr))?.[field] ?? null;
  if (value !== null) return field === 'numeric' ? new PyFloat(value) : value;
  if (fallback === undefined) throw valueError(`not a ${what}`);
  return fallback;
}

// --- forms

function decompositionText(db: Database, chr: PyValue): string {
  const found = db.decomposition(character('decomposition() argument', chr));
  if (found === undefined) return '';
  const codes = found.codes.map((code) => code.toString(16).toUpperCase().padStart(4, '0'));
  return (found.kind === '' ? codes : [`<${found.kind}>`, ...codes]).join(' ');
}

/** The normal form of a str; the str itself where it has that form already. */
function normalized(vm: VM, db: Database, func: string, form: PyValue, unistr: PyValue): PyValue {
  const formName = jsText(text(`${func}() argument 1`, form));
  const codes = codePoints(text(`${func}() argument 2`, unistr));
  if (codes.length === 0) return unistr;
  const normalForm = normalForms.get(formName);
  if (normalForm === undefined) throw valueError('invalid normalization form');
  vm.charge(codes.length);
  const result = normalize(db, normalForm, codes);
  return result === codes || sameCodes(result, codes) ? unistr : strFromPoints(Array.from(result));
}

function sameCodes(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

// --- the same functions twice: of the module, and as methods of ucd_3_2_0

type Body = (vm: VM, db: Database, ...args: (PyValue | undefined)[]) => PyValue;
interface Entry {
  readonly name: string;
  readonly parameters: string;
  readonly body: Body;
  readonly doc: string;
}

const field = (name: string, read: (record: CharacterRecord) => PyValue, doc: string): Entry =>
  ({ name, parameters: 'chr', body: (_vm, db, chr) => read(db.record(character(`${name}() argument`, chr as PyValue))), doc });
const number = (name: keyof NumberRecord, what: string, doc: string): Entry =>
  ({ name, parameters: 'chr, default=<unrepresentable>', body: (_vm, db, chr, fallback) => numberOf(db, name, what, chr as PyValue, fallback), doc });
const numberDoc = (adjective: string, type: string): string =>
  `Converts a Unicode character into its equivalent ${adjective} value.\n\nReturns the ${adjective} value assigned to the character chr as ${type}.\nIf no such value is defined, default is returned, or, if not given,\nValueError is raised.`;
const forms = "Valid values for form are 'NFC', 'NFKC', 'NFD', and 'NFKD'.";

const entries: readonly Entry[] = [
  number('decimal', 'decimal', numberDoc('decimal', 'integer')),
  number('digit', 'digit', numberDoc('digit', 'integer')),
  number('numeric', 'numeric character', numberDoc('numeric', 'float')),
  field('category', (record) => record.category, 'Returns the general category assigned to the character chr as string.'),
  field('bidirectional', (record) => record.bidirectional, 'Returns the bidirectional class assigned to the character chr as string.\n\nIf no such value is defined, an empty string is returned.'),
  field('combining', (record) => record.combining, 'Returns the canonical combining class assigned to the character chr as integer.\n\nReturns 0 if no combining class is defined.'),
  field('mirrored', (record) => record.mirrored, 'Returns the mirrored property assigned to the character chr as integer.\n\nReturns 1 if the character has been identified as a "mirrored"\ncharacter in bidirectional text, 0 otherwise.'),
  field('east_asian_width', (record) => record.eastAsianWidth, 'Returns the east asian width assigned to the character chr as string.'),
  { name: 'decomposition', parameters: 'chr', body: (_vm, db, chr) => decompositionText(db, chr as PyValue), doc: 'Returns the character decomposition mapping assigned to the character chr as string.\n\nAn empty string is returned in case no such mapping is defined.' },
  { name: 'name', parameters: 'chr, default=<unrepresentable>', body: (vm, db, chr, fallback) => nameOf(vm, db, chr as PyValue, fallback), doc: 'Returns the name assigned to the character chr as a string.\n\nIf no name is defined, default is returned, or, if not given,\nValueError is raised.' },
  { name: 'lookup', parameters: 'name', body: (vm, db, name) => lookup(vm, db, name as PyValue), doc: 'Look up character by name.\n\nIf a character with the given name is found, return the\ncorresponding character.  If not found, KeyError is raised.' },
  { name: 'is_normalized', parameters: 'form, unistr', body: (vm, db, form, unistr) => normalized(vm, db, 'is_normalized', form as PyValue, unistr as PyValue) === unistr, doc: `Return whether the Unicode string unistr is in the normal form 'form'.\n\n${forms}` },
  { name: 'normalize', parameters: 'form, unistr', body: (vm, db, form, unistr) => normalized(vm, db, 'normalize', form as PyValue, unistr as PyValue), doc: `Return the normal form 'form' for the Unicode string unistr.\n\n${forms}` },
];

const functions: Readonly<Record<string, NativeDef>> = Object.fromEntries(entries.map(({ name, parameters, body, doc }) =>
  [name, native(`${name}(${parameters}, /)`, (vm: VM, ...args: (PyValue | undefined)[]) => body(vm, currentDatabase, ...args), doc)]));

const ucdType: PyType = defineType('UCD', {
  module: 'unicodedata',
  flags: TypeFlag.DISALLOW_INSTANTIATION,
  methods: entries.map(({ name, parameters, body, doc }) => native(`${name}(self, ${parameters}, /)`, (vm: VM, _self: PyValue, ...args: (PyValue | undefined)[]) => body(vm, oldDatabase, ...args), doc)),
  fields: { unidata_version: { get: () => oldDatabase.version } },
});

/** Python's module `unicodedata`. CPython 3.12: Modules/unicodedata.c. */
export const unicodedata: NativeModule = defineModule(
  'unicodedata',
  { ...functions, UCD: ucdType, ucd_3_2_0: (vm) => vm.state('unicodedata', () => new PyObject(ucdType)), unidata_version: currentDatabase.version },
  { doc: 'This module provides access to the Unicode Character Database which\ndefines character properties for all Unicode characters. The data in\nthis database is based on the UnicodeData.txt file version\n15.0.0 which is publicly available from ftp://ftp.unicode.org/.\n\nThe module uses the same names and symbols as defined by the\nUnicodeData File Format 15.0.0.' },
);
