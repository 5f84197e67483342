import {
  call, callMethod, compareOrdered, defineType, getAttr, hash, importModule, isStr, native, nativeRaw, newTuple, NotImplemented, overflowError, plainText, PyBytes, PyTuple, reprText, strFromJS, tupleType, typeError, valueError,
} from '@py/vm/native';
import type { CompareOp, PyType, PyValue, TypeSpec, VM } from '@py/vm/native';
import { intArgument, keywordArguments, tupleArguments } from '../arguments.ts';
import { checkDate, fromIsoCalendar, fromOrdinal, isoCalendar, maxOrdinal, padded, toOrdinal, weekday } from './calendar.ts';
import { docs } from './docs.ts';
import { parseDate, pointsOf } from './isoformat.ts';
import { momentFields, wholeSeconds } from './local.ts';
import { datetimeType, dateType, PyDate, PyDateTime, PyDelta } from './storage.ts';
import { ctime, formatMoment, strArgument, strftime, structTime } from './strftime.ts';
import { newDelta, resolutionDay } from './timedelta.ts';

/* datetime.date */

/** A date of a class: a subclass is called, as CPython does (new_date_subclass_ex). */
export function makeDate(vm: VM, cls: PyValue, year: number, month: number, day: number): PyValue {
  if (cls === dateType) {
    checkDate(year, month, day);
    return new PyDate(dateType, year, month, day);
  }
  if (cls === datetimeType) {
    checkDate(year, month, day);
    return new PyDateTime(datetimeType, year, month, day, 0, 0, 0, 0, null, 0);
  }
  return call(vm, cls, [year, month, day]);
}

/**
 * The bytes of a pickled state, or null when the argument is none: bytes or (from Python 2) a str of the given length.
 * `accepts` looks at the bytes.
 */
export function stateBytes(value: PyValue, length: number, what: string, accepts: (bytes: Uint8Array) => boolean): Uint8Array | null {
  if (value instanceof PyBytes) return value.bytes.length === length && accepts(value.bytes) ? value.bytes : null;
  if (!isStr(value)) return null;
  const text = plainText(value);
  if (text === null || text.length !== length || !accepts(Uint8Array.from(text, (ch) => Math.min(255, ch.charCodeAt(0))))) return null;
  if (/[^\0-\xff]/.test(text)) {
    throw valueError(`Failed to encode latin1 string when unpickling a ${what} object. pickle.load(data, encoding='latin1') is assumed.`);
  }
  return Uint8Array.from(text, (ch) => ch.charCodeAt(0));
}

const parameters = ['year', 'month', 'day'];

function date_new(vm: VM, type: PyType, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  if (args.length - (kwnames?.length ?? 0) === 1) {
    const state = stateBytes(args[0], 4, 'date', (bytes) => bytes[2] >= 1 && bytes[2] <= 12);
    if (state !== null) return new PyDate(type, state[0] * 256 + state[1], state[2], state[3]);
  }
  const [year, month, day] = keywordArguments(null, parameters, args, kwnames, 3, { convert: (value) => intArgument(vm, value) }) as number[];
  checkDate(year, month, day);
  return new PyDate(type, year, month, day);
}

// ---- class methods ----

function date_fromtimestamp(vm: VM, cls: PyType, timestamp: PyValue): PyValue {
  const [year, month, day] = momentFields(vm, wholeSeconds(vm, timestamp), false);
  return makeDate(vm, cls, year, month, day);
}

function date_today(vm: VM, cls: PyType): PyValue {
  const now = call(vm, getAttr(vm, importModule(vm, 'time'), 'time'));
  return callMethod(vm, cls, 'fromtimestamp', [now]);
}

function date_fromordinal(vm: VM, cls: PyType, value: PyValue): PyValue {
  const ordinal = intArgument(vm, value);
  if (ordinal < 1) throw valueError('ordinal must be >= 1');
  return makeDate(vm, cls, ...fromOrdinal(ordinal));
}

function date_fromisoformat(vm: VM, cls: PyType, text: PyValue): PyValue {
  if (!isStr(text)) throw typeError('fromisoformat: argument must be str');
  const points = pointsOf(text);
  const { length } = points;
  const parts = length === 7 || length === 8 || length === 10 ? parseDate(points, length) : null;
  if (parts === null) throw valueError(`Invalid isoformat string: ${reprText(vm, text)}`);
  return makeDate(vm, cls, ...parts);
}

function date_fromisocalendar(vm: VM, cls: PyType, ...values: PyValue[]): PyValue {
  const [year, week, day] = values.map((value) => smallArgument(vm, value));
  const date = fromIsoCalendar(year, week, day);
  if (date === 'year') throw valueError(`Year is out of range: ${year}`);
  if (date === 'week') throw valueError(`Invalid week: ${week}`);
  if (date === 'day') throw valueError(`Invalid day: ${day} (range is [1, 7])`);
  return makeDate(vm, cls, ...(date as [number, number, number]));
}

/** An int that CPython complains about in its own words when it does not fit. */
function smallArgument(vm: VM, value: PyValue): number {
  try {
    return intArgument(vm, value);
  } catch (error) {
    if ((error as { cls?: PyType }).cls?.name === 'OverflowError') throw valueError('ISO calendar component out of range');
    throw error;
  }
}

// ---- arithmetic ----

function addDays(vm: VM, date: PyDate, days: number): PyValue {
  const ordinal = toOrdinal(date.year, date.month, date.day) + days;
  if (ordinal < 1 || ordinal > maxOrdinal) throw overflowError('date value out of range');
  return makeDate(vm, date.cls, ...fromOrdinal(ordinal));
}

function date_add(vm: VM, left: PyValue, right: PyValue): PyValue {
  if (left instanceof PyDateTime || right instanceof PyDateTime) return NotImplemented;
  if (left instanceof PyDate) return right instanceof PyDelta ? addDays(vm, left, right.days) : NotImplemented;
  return left instanceof PyDelta ? addDays(vm, right as PyDate, left.days) : NotImplemented;
}

function date_subtract(vm: VM, left: PyValue, right: PyValue): PyValue {
  if (left instanceof PyDateTime || right instanceof PyDateTime || !(left instanceof PyDate)) return NotImplemented;
  if (right instanceof PyDate) return newDelta(toOrdinal(left.year, left.month, left.day) - toOrdinal(right.year, right.month, right.day), 0, 0);
  return right instanceof PyDelta ? addDays(vm, left, -right.days) : NotImplemented;
}

function date_richcompare(_vm: VM, self: PyValue, other: PyValue, op: CompareOp): PyValue {
  if (!(other instanceof PyDate)) return NotImplemented;
  const { year, month, day } = self as PyDate;
  return compareOrdered(year - other.year || month - other.month || day - other.day, 0, op);
}

// ---- texts and pickling ----

export const dateText = ({ year, month, day }: PyDate): string => `${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}`;

/** The four bytes that pickles and hashes are made of. */
export const dateBytes = ({ year, month, day }: PyDate): number[] => [year >> 8, year & 255, month, day];

function date_strftime(vm: VM, self: PyDate, format: PyValue): PyValue {
  strArgument(format, 'strftime', 1);
  return strftime(vm, self, format, callMethod(vm, self, 'timetuple'), self);
}

function date_replace(vm: VM, self: PyDate, year: PyValue | undefined, month: PyValue | undefined, day: PyValue | undefined): PyValue {
  const y = year === undefined ? self.year : intArgument(vm, year);
  const m = month === undefined ? self.month : intArgument(vm, month);
  const d = day === undefined ? self.day : intArgument(vm, day);
  checkDate(y, m, d);
  return new PyDate(self.cls, y, m, d);
}

const isoFields = ['year', 'week', 'weekday'];

/** What `date.isocalendar()` gives. */
export const isoCalendarDateType: PyType = defineType('IsoCalendarDate', {
  module: 'datetime',
  bases: [tupleType],
  ownLayout: false,
  doc: 'The result of date.isocalendar() or datetime.isocalendar()\n\nThis object may be accessed either as a tuple of\n  ((year, week, weekday))\nor via the object attributes as named in the above tuple.',
  slots: {
    tp_new: (vm, type, args, kwnames) => new PyTuple(keywordArguments('IsoCalendarDate()', isoFields, args, kwnames, 3, { convert: (value) => intArgument(vm, value) }) as number[], type),
    tp_repr: (vm: VM, self: PyValue) => strFromJS(`${(self as PyTuple).cls.tpName}(${(self as PyTuple).items.map((item, i) => `${isoFields[i]}=${reprText(vm, item)}`).join(', ')})`),
  },
  methods: [native('__reduce__(self, /)', (_vm: VM, self: PyTuple) => newTuple([tupleType, newTuple([newTuple(self.items)])])).unsigned()],
  getset: Object.fromEntries(isoFields.map((name, i) => [name, { get: (_vm: VM, self: PyValue) => (self as PyTuple).items[i] }])),
});

const members: Record<string, PyValue> = {};
const field = (name: 'year' | 'month' | 'day') => ({ get: (_vm: VM, self: PyValue): PyValue => (self as PyDate)[name] });

export const dateSpec: TypeSpec = {
  module: 'datetime',
  basetype: true,
  doc: docs.date,
  slots: {
    tp_new: date_new,
    tp_repr: (_vm: VM, self: PyValue) => strFromJS(`${(self as PyDate).cls.tpName}(${(self as PyDate).year}, ${(self as PyDate).month}, ${(self as PyDate).day})`),
    tp_str: (vm: VM, self: PyValue) => callMethod(vm, self, 'isoformat'),
    tp_hash: (vm: VM, self: PyDate) => (self.hashCode ??= hash(vm, new PyBytes(Uint8Array.from(dateBytes(self))))),
    tp_richcompare: date_richcompare,
    nb_add: date_add,
    nb_subtract: date_subtract,
  },
  classMethods: [
    native('fromtimestamp(cls, timestamp, /)', date_fromtimestamp, docs['date.fromtimestamp']),
    nativeRaw('fromordinal(cls, ordinal, /)', (vm, cls, args, kwnames) => {
      tupleArguments('fromordinal', 'date', args, kwnames, 1, 1);
      return date_fromordinal(vm, cls as PyType, args[0]);
    }, docs['date.fromordinal']).unsigned(),
    native('fromisoformat(cls, date_string, /)', date_fromisoformat, docs['date.fromisoformat']).unsigned(),
    native('fromisocalendar(cls, /, year, week, day)', date_fromisocalendar, docs['date.fromisocalendar']).unsigned(),
    native('today(cls, /)', date_today, docs['date.today']).unsigned(),
  ],
  methods: [
    native('ctime(self, /)', (_vm: VM, self: PyDate) => ctime(self, 0, 0, 0), docs['date.ctime']).unsigned(),
    native('strftime(self, /, format)', date_strftime, docs['date.strftime']).unsigned(),
    native('__format__(self, format_spec, /)', formatMoment, docs['date.__format__']).unsigned(),
    native('timetuple(self, /)', (vm: VM, self: PyDate) => structTime(vm, self.year, self.month, self.day, 0, 0, 0, -1), docs['date.timetuple']).unsigned(),
    native('isocalendar(self, /)', (_vm: VM, self: PyDate) => new PyTuple(isoCalendar(self.year, self.month, self.day), isoCalendarDateType), docs['date.isocalendar']).unsigned(),
    native('isoformat(self, /)', (_vm: VM, self: PyDate) => dateText(self), docs['date.isoformat']).unsigned(),
    native('isoweekday(self, /)', (_vm: VM, self: PyDate) => weekday(self.year, self.month, self.day) + 1, docs['date.isoweekday']).unsigned(),
    native('toordinal(self, /)', (_vm: VM, self: PyDate) => toOrdinal(self.year, self.month, self.day), docs['date.toordinal']).unsigned(),
    native('weekday(self, /)', (_vm: VM, self: PyDate) => weekday(self.year, self.month, self.day), docs['date.weekday']).unsigned(),
    native('replace(self, /, year=0, month=0, day=0)', date_replace, docs['date.replace']).unsigned(),
    native('__reduce__(self, /)', (_vm: VM, self: PyDate) => newTuple([self.cls, newTuple([new PyBytes(Uint8Array.from(dateBytes(self)))])]), docs['date.__reduce__']).unsigned(),
  ],
  getset: { year: field('year'), month: field('month'), day: field('day') },
  members,
};

Object.assign(members, { min: new PyDate(dateType, 1, 1, 1), max: new PyDate(dateType, 9999, 12, 31), resolution: resolutionDay });
