import {
  call, compareOrdered, getAttr, hash, isStr, native, nativeRaw, newTuple, None, NotImplemented, PyBytes, Py_EQ, Py_NE, reprText, strFromJS, typeError, valueError,
} from '@py/vm/native';
import type { CompareOp, PyType, PyValue, TypeSpec, VM } from '@py/vm/native';
import { intArgument, keywordArguments, tupleArguments } from '../arguments.ts';
import { checkTime, padded, two } from './calendar.ts';
import { stateBytes } from './date.ts';
import { docs } from './docs.ts';
import { parseTime, pointsOf, timeStart } from './isoformat.ts';
import type { TimeParts } from './isoformat.ts';
import { PyTime, PyTzinfo, timeType } from './storage.ts';
import { formatMoment, strArgument, strftime } from './strftime.ts';
import { compareDeltas, newDelta, resolutionMicrosecond, subtractDeltas } from './timedelta.ts';
import { callDst, callTzname, callUtcoffset, newTimezone, offsetText, tzinfoArgument, utc } from './tzinfo.ts';

/* datetime.time */

const parameters = ['hour', 'minute', 'second', 'microsecond', 'tzinfo', 'fold'];

/** The time zone beside a pickled state. */
export function stateTzinfo(args: readonly PyValue[]): PyTzinfo | null {
  if (args.length < 2 || args[1] === None) return null;
  if (!(args[1] instanceof PyTzinfo)) throw typeError('bad tzinfo state arg');
  return args[1];
}

function time_new(vm: VM, type: PyType, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  const positional = args.length - (kwnames?.length ?? 0);
  if (positional >= 1 && positional <= 2) {
    const state = stateBytes(args[0], 6, 'time', (bytes) => (bytes[0] & 0x7f) < 24);
    if (state !== null) return new PyTime(type, state[0] & 0x7f, state[1], state[2], (state[3] << 16) | (state[4] << 8) | state[5], stateTzinfo(args), state[0] >> 7);
  }
  const given = keywordArguments(null, parameters, args, kwnames, 0, { maxPositional: 5, convert: (value, i) => (i === 4 ? value : intArgument(vm, value)) });
  const [hour, minute, second, microsecond, , fold] = given.map((value) => value ?? 0) as number[]; // All but the time zone are converted.
  return checkedTime(type, hour, minute, second, microsecond, given[4], fold);
}

function checkedTime(type: PyType, hour: number, minute: number, second: number, microsecond: number, tzinfo: PyValue | undefined, fold: number): PyTime {
  checkTime(hour, minute, second, microsecond, fold);
  return new PyTime(type, hour, minute, second, microsecond, tzinfoArgument(tzinfo), fold);
}

/** The time zone that a parsed text names. */
export function parsedTzinfo(vm: VM, parts: TimeParts): PyTzinfo | null {
  if (parts.offset === null) return null;
  const [seconds, microseconds] = parts.offset;
  return seconds === 0 ? utc : newTimezone(vm, newDelta(0, seconds, microseconds), null);
}

function time_fromisoformat(vm: VM, cls: PyType, text: PyValue): PyValue {
  if (!isStr(text)) throw typeError('fromisoformat: argument must be str');
  const points = pointsOf(text);
  const parts = parseTime(points, timeStart(points));
  if (parts === null) throw valueError(`Invalid isoformat string: ${reprText(vm, text)}`);
  const { hour, minute, second, microsecond } = parts;
  const tzinfo = parsedTzinfo(vm, parts);
  if (cls === timeType) return checkedTime(cls, hour, minute, second, microsecond, tzinfo ?? None, 0);
  return call(vm, cls, [hour, minute, second, microsecond, tzinfo ?? None]);
}

// ---- comparison ----

const offsetOf = (vm: VM, time: PyTime) => callUtcoffset(vm, time.tzinfo, None);
const secondsOf = (time: PyTime): number => time.hour * 3600 + time.minute * 60 + time.second;

function time_richcompare(vm: VM, self: PyValue, value: PyValue, op: CompareOp): PyValue {
  if (!(value instanceof PyTime)) return NotImplemented;
  const time = self as PyTime;
  const other = value;
  const plain = secondsOf(time) - secondsOf(other) || time.microsecond - other.microsecond;
  if (time.tzinfo === other.tzinfo) return compareOrdered(plain, 0, op);
  const offset = offsetOf(vm, time);
  const otherOffset = offsetOf(vm, other);
  if (offset === otherOffset || (offset !== null && otherOffset !== null && compareDeltas(offset, otherOffset) === 0)) return compareOrdered(plain, 0, op);
  if (offset !== null && otherOffset !== null) {
    const seconds = secondsOf(time) - offset.days * 86400 - offset.seconds;
    const otherSeconds = secondsOf(other) - otherOffset.days * 86400 - otherOffset.seconds;
    return compareOrdered(seconds - otherSeconds || time.microsecond - other.microsecond, 0, op);
  }
  if (op === Py_EQ || op === Py_NE) return op === Py_NE;
  throw typeError("can't compare offset-naive and offset-aware times");
}

function time_hash(vm: VM, self: PyTime): PyValue {
  if (self.hashCode !== undefined) return self.hashCode;
  const unfolded = self.fold === 0 ? self : new PyTime(timeType, self.hour, self.minute, self.second, self.microsecond, self.tzinfo, 0);
  const offset = offsetOf(vm, unfolded);
  const hashed = offset === null ? new PyBytes(Uint8Array.from(timeBytes(self))) : subtractDeltas(newDelta(0, secondsOf(self), self.microsecond), offset);
  return (self.hashCode = hash(vm, hashed));
}

// ---- texts and pickling ----

const timespecs = ['auto', 'hours', 'minutes', 'seconds', 'milliseconds', 'microseconds'];

/** A time of day as ISO 8601 writes it, to the given precision. */
export function clockText(hour: number, minute: number, second: number, microsecond: number, timespec: string): string {
  const precision = timespec === 'auto' ? (microsecond === 0 ? 'seconds' : 'microseconds') : timespec;
  let text = two(hour);
  if (precision === 'hours') return text;
  text += `:${two(minute)}`;
  if (precision === 'minutes') return text;
  text += `:${two(second)}`;
  if (precision === 'seconds') return text;
  return precision === 'milliseconds' ? `${text}.${padded(Math.floor(microsecond / 1000), 3)}` : `${text}.${padded(microsecond, 6)}`;
}

/** The `timespec` argument at the given position. */
export function timespecArgument(value: PyValue | undefined, position: number): string {
  if (value === undefined) return 'auto';
  const timespec = strArgument(value, 'isoformat', position);
  if (!timespecs.includes(timespec as string)) throw valueError('Unknown timespec value');
  return timespec as string;
}

function isoformat(vm: VM, self: PyTime, timespec: string): PyValue {
  const offset = callUtcoffset(vm, self.tzinfo, None);
  return clockText(self.hour, self.minute, self.second, self.microsecond, timespec) + (offset === null ? '' : offsetText(offset, ':'));
}

function time_repr(vm: VM, self: PyValue): PyValue {
  const { cls, hour, minute, second, microsecond, tzinfo, fold } = self as PyTime;
  let text = `${hour}, ${minute}`;
  if (microsecond !== 0) text += `, ${second}, ${microsecond}`;
  else if (second !== 0) text += `, ${second}`;
  if (tzinfo !== null) text += `, tzinfo=${reprText(vm, tzinfo)}`;
  if (fold === 1) text += ', fold=1';
  return strFromJS(`${cls.tpName}(${text})`);
}

/** The bytes that pickles and hashes are made of, without the fold. */
export const timeBytes = ({ hour, minute, second, microsecond }: { hour: number; minute: number; second: number; microsecond: number }): number[] => [hour, minute, second, microsecond >> 16, (microsecond >> 8) & 255, microsecond & 255];

function reduce(self: PyTime, protocol: number): PyValue {
  const bytes = Uint8Array.from(timeBytes(self));
  if (protocol > 3 && self.fold === 1) bytes[0] |= 0x80;
  const state = new PyBytes(bytes);
  return newTuple([self.cls, newTuple(self.tzinfo === null ? [state] : [state, self.tzinfo])]);
}

function time_strftime(vm: VM, self: PyTime, format: PyValue): PyValue {
  strArgument(format, 'strftime', 1);
  return strftime(vm, self, format, newTuple([1900, 1, 1, self.hour, self.minute, self.second, 0, 1, -1]), None);
}

function time_replace(vm: VM, self: PyTime, ...values: (PyValue | undefined)[]): PyValue {
  const current = [self.hour, self.minute, self.second, self.microsecond];
  const [hour, minute, second, microsecond] = current.map((own, i) => (values[i] === undefined ? own : intArgument(vm, values[i])));
  const fold = values[5] === undefined ? self.fold : intArgument(vm, values[5]);
  if (fold !== 0 && fold !== 1) throw valueError('fold must be either 0 or 1');
  const tzinfo = values[4] === undefined ? self.tzinfo : values[4];
  return checkedTime(self.cls, hour, minute, second, microsecond, tzinfo ?? None, fold);
}

const members: Record<string, PyValue> = {};
const field = (name: 'hour' | 'minute' | 'second' | 'microsecond' | 'fold') => ({ get: (_vm: VM, self: PyValue): PyValue => (self as PyTime)[name] });

export const timeSpec: TypeSpec = {
  module: 'datetime',
  basetype: true,
  doc: docs.time,
  slots: {
    tp_new: time_new,
    tp_repr: time_repr,
    tp_str: (vm: VM, self: PyValue) => call(vm, getAttr(vm, self, 'isoformat')),
    tp_hash: time_hash,
    tp_richcompare: time_richcompare,
  },
  classMethods: [native('fromisoformat(cls, string, /)', time_fromisoformat, docs['time.fromisoformat']).unsigned()],
  methods: [
    native("isoformat(self, /, timespec='auto')", (vm: VM, self: PyTime, timespec: PyValue | undefined) => isoformat(vm, self, timespecArgument(timespec, 1)), docs['time.isoformat']).unsigned(),
    native('strftime(self, /, format)', time_strftime, docs['time.strftime']).unsigned(),
    native('__format__(self, format_spec, /)', formatMoment, docs['time.__format__']).unsigned(),
    native('utcoffset(self, /)', (vm: VM, self: PyTime) => callUtcoffset(vm, self.tzinfo, None) ?? None, docs['time.utcoffset']).unsigned(),
    native('tzname(self, /)', (vm: VM, self: PyTime) => callTzname(vm, self.tzinfo, None), docs['time.tzname']).unsigned(),
    native('dst(self, /)', (vm: VM, self: PyTime) => callDst(vm, self.tzinfo, None) ?? None, docs['time.dst']).unsigned(),
    native('replace(self, /, hour=0, minute=0, second=0, microsecond=0, tzinfo=None, *, fold=0)', time_replace, docs['time.replace']).unsigned(),
    nativeRaw('__reduce_ex__(self, proto, /)', (vm, self, args, kwnames) => {
      tupleArguments('__reduce_ex__', 'time', args, kwnames, 1, 1);
      return reduce(self as PyTime, intArgument(vm, args[0]));
    }, docs['time.__reduce_ex__']).unsigned(),
    native('__reduce__(self, /)', (_vm: VM, self: PyTime) => reduce(self, 2), docs['time.__reduce__']).unsigned(),
  ],
  getset: {
    hour: field('hour'), minute: field('minute'), second: field('second'), microsecond: field('microsecond'),
    tzinfo: { get: (_vm, self) => (self as PyTime).tzinfo ?? None }, fold: field('fold'),
  },
  members,
};

Object.assign(members, {
  min: new PyTime(timeType, 0, 0, 0, 0, null, 0), max: new PyTime(timeType, 23, 59, 59, 999999, null, 0), resolution: resolutionMicrosecond,
});
