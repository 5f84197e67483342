import { badArgument,
  call, callMethod, isStr, lookupAttr, native, newTuple, None, NotImplemented, notImplementedError, objectType, Py_EQ, Py_NE, reprText, strFromJS, typeError, typeOf, valueError,
} from '@py/vm/native';
import type { CompareOp, PyType, PyValue, TypeSpec, VM } from '@py/vm/native';
import { keywordArguments } from '../arguments.ts';
import { padded, two } from './calendar.ts';
import { addDelta } from './datetime.ts';
import { docs } from './docs.ts';
import { PyDateTime, PyDelta, PyTimezone, PyTzinfo, timezoneType } from './storage.ts';
import { compareDeltas, deltaIsZero, hashDelta, negateDelta, newDelta, subtractDeltas } from './timedelta.ts';

/* datetime.tzinfo and datetime.timezone, and the calls that dates and times make to their time zones. */

const tooLong = 'offset must be a timedelta strictly between -timedelta(hours=24) and timedelta(hours=24)';
const outOfDay = (offset: PyDelta): boolean => offset.days < -1 || offset.days > 0 || (offset.days === -1 && offset.seconds === 0 && offset.microseconds === 0);

function callOffset(vm: VM, tzinfo: PyTzinfo | null, name: 'utcoffset' | 'dst', argument: PyValue): PyDelta | null {
  if (tzinfo === null) return null;
  if (tzinfo instanceof PyTimezone) return name === 'dst' ? (checkMoment(argument, 'dst'), null) : (checkMoment(argument, 'utcoffset'), tzinfo.offset);
  const offset = callMethod(vm, tzinfo, name, [argument]);
  if (offset === None) return null;
  if (!(offset instanceof PyDelta)) throw typeError(`tzinfo.${name}() must return None or timedelta, not '${typeOf(offset).tpName}'`);
  if (outOfDay(offset)) throw valueError(`${tooLong}.`);
  return offset;
}

/** `tzinfo.utcoffset(argument)`, null for None. */
export const callUtcoffset = (vm: VM, tzinfo: PyTzinfo | null, argument: PyValue): PyDelta | null => callOffset(vm, tzinfo, 'utcoffset', argument);
/** `tzinfo.dst(argument)`, null for None. */
export const callDst = (vm: VM, tzinfo: PyTzinfo | null, argument: PyValue): PyDelta | null => callOffset(vm, tzinfo, 'dst', argument);

/** `tzinfo.tzname(argument)` */
export function callTzname(vm: VM, tzinfo: PyTzinfo | null, argument: PyValue): PyValue {
  if (tzinfo === null) return None;
  const name = callMethod(vm, tzinfo, 'tzname', [argument]);
  if (name !== None && !isStr(name)) throw typeError(`tzinfo.tzname() must return None or a string, not '${typeOf(name).tpName}'`);
  return name;
}

/** `+01:00` with the given separator; seconds and microseconds where there are some. */
export function offsetText(offset: PyDelta, separator: string): string {
  const sign = offset.days < 0 ? '-' : '+';
  const { seconds: total, microseconds } = offset.days < 0 ? negateDelta(offset) : offset;
  const hours = Math.floor(total / 3600);
  const seconds = total % 60;
  const text = `${sign}${two(hours)}${separator}${two(Math.floor(total / 60) % 60)}`;
  if (microseconds !== 0) return `${text}${separator}${two(seconds)}.${padded(microseconds, 6)}`;
  return seconds === 0 ? text : `${text}${separator}${two(seconds)}`;
}

/** An argument that must be None or a tzinfo; null for None. */
export function tzinfoArgument(value: PyValue | undefined): PyTzinfo | null {
  if (value === undefined || value === None) return null;
  if (value instanceof PyTzinfo) return value;
  throw typeError(`tzinfo argument must be None or of a tzinfo subclass, not type '${typeOf(value).tpName}'`);
}

// ---- tzinfo ----

function missing(name: string): () => PyValue {
  return () => {
    throw notImplementedError(`a tzinfo subclass must implement ${name}()`);
  };
}

function checkFromutc(self: PyTzinfo, dt: PyValue): PyDateTime {
  if (!(dt instanceof PyDateTime)) throw typeError('fromutc: argument must be a datetime');
  if (dt.tzinfo !== self) throw valueError('fromutc: dt.tzinfo is not self');
  return dt;
}

function tzinfo_fromutc(vm: VM, self: PyTzinfo, value: PyValue): PyValue {
  const dt = checkFromutc(self, value);
  const offset = callUtcoffset(vm, self, dt);
  if (offset === null) throw valueError('fromutc: non-None utcoffset() result required');
  const dst = callDst(vm, self, dt);
  if (dst === null) throw valueError('fromutc: non-None dst() result required');
  const standard = addDelta(vm, dt, subtractDeltas(offset, dst), 1);
  const after = callDst(vm, self, standard);
  if (after === null) throw valueError('fromutc: tz.dst() gave inconsistent results; cannot convert');
  return deltaIsZero(after) ? standard : addDelta(vm, standard, after, 1);
}

function tzinfo_reduce(vm: VM, self: PyTzinfo): PyValue {
  const getinitargs = lookupAttr(vm, self, '__getinitargs__');
  const args = getinitargs === undefined ? newTuple([]) : call(vm, getinitargs);
  return newTuple([self.cls, args, callMethod(vm, self, '__getstate__')]);
}

export const tzinfoSpec: TypeSpec = {
  module: 'datetime',
  basetype: true,
  doc: docs.tzinfo,
  slots: {
    tp_new: (_vm, type) => new PyTzinfo(type),
    tp_getattro: objectType.tp_getattro,
  },
  methods: [
    native('tzname(self, dt, /)', missing('tzname'), docs['tzinfo.tzname']).unsigned(),
    native('utcoffset(self, dt, /)', missing('utcoffset'), docs['tzinfo.utcoffset']).unsigned(),
    native('dst(self, dt, /)', missing('dst'), docs['tzinfo.dst']).unsigned(),
    native('fromutc(self, dt, /)', tzinfo_fromutc, docs['tzinfo.fromutc']).unsigned(),
    native('__reduce__(self, /)', tzinfo_reduce, docs['tzinfo.__reduce__']).unsigned(),
  ],
};

// ---- timezone ----

/** `timezone(offset, name)`; `name` null for none. */
export function newTimezone(vm: VM, offset: PyDelta, name: PyValue | null): PyTimezone {
  if (name === null && deltaIsZero(offset)) return utc;
  if (outOfDay(offset)) throw valueError(`${tooLong}, not ${reprText(vm, offset)}.`);
  return new PyTimezone(timezoneType, offset, name);
}

function timezone_new(vm: VM, _type: PyType, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  const [offset, name] = keywordArguments('timezone()', ['offset', 'name'], args, kwnames, 1);
  if (!(offset instanceof PyDelta)) throw typeError(`timezone() argument 1 must be datetime.timedelta, not ${typeOf(offset as PyValue).tpName}`);
  if (name !== undefined && !isStr(name)) throw badArgument('timezone', 'argument 2', 'str', name);
  return newTimezone(vm, offset, name ?? null);
}

function checkMoment(dt: PyValue, method: string): void {
  if (dt !== None && !(dt instanceof PyDateTime)) throw typeError(`${method}(dt) argument must be a datetime instance or None, not ${typeOf(dt).tpName}`);
}

function timezone_str(_vm: VM, self: PyValue): PyValue {
  const timezone = self as PyTimezone;
  if (timezone.name !== null) return timezone.name;
  if (timezone === utc || deltaIsZero(timezone.offset)) return 'UTC';
  return `UTC${offsetText(timezone.offset, ':')}`;
}

function timezone_repr(vm: VM, self: PyValue): PyValue {
  const { cls, offset, name } = self as PyTimezone;
  if (self === utc) return 'datetime.timezone.utc';
  const inside = name === null ? reprText(vm, offset) : `${reprText(vm, offset)}, ${reprText(vm, name)}`;
  return strFromJS(`${cls.tpName}(${inside})`);
}

function timezone_richcompare(_vm: VM, self: PyValue, other: PyValue, op: CompareOp): PyValue {
  if ((op !== Py_EQ && op !== Py_NE) || !(other instanceof PyTimezone)) return NotImplemented;
  return (compareDeltas((self as PyTimezone).offset, other.offset) === 0) === (op === Py_EQ);
}

const members: Record<string, PyValue> = {};

export const timezoneSpec: TypeSpec = {
  module: 'datetime',
  doc: docs.timezone,
  slots: {
    tp_new: timezone_new,
    tp_repr: timezone_repr,
    tp_str: timezone_str,
    tp_hash: (vm: VM, self: PyTimezone) => hashDelta(vm, self.offset),
    tp_richcompare: timezone_richcompare,
  },
  methods: [
    native('tzname(self, dt, /)', (vm: VM, self: PyTimezone, dt: PyValue) => {
      checkMoment(dt, 'tzname');
      return timezone_str(vm, self);
    }, docs['timezone.tzname']).unsigned(),
    native('utcoffset(self, dt, /)', (_vm: VM, self: PyTimezone, dt: PyValue) => {
      checkMoment(dt, 'utcoffset');
      return self.offset;
    }, docs['timezone.utcoffset']).unsigned(),
    native('dst(self, dt, /)', (_vm: VM, _self: PyTimezone, dt: PyValue) => {
      checkMoment(dt, 'dst');
      return None;
    }, docs['timezone.dst']).unsigned(),
    native('fromutc(self, dt, /)', (vm: VM, self: PyTimezone, dt: PyValue) => addDelta(vm, checkFromutc(self, dt), self.offset, 1), docs['timezone.fromutc']).unsigned(),
    native('__getinitargs__(self, /)', (_vm: VM, self: PyTimezone) => newTuple(self.name === null ? [self.offset] : [self.offset, self.name]), docs['timezone.__getinitargs__']).unsigned(),
  ],
  members,
};

export const utc: PyTimezone = new PyTimezone(timezoneType, newDelta(0, 0, 0), null);
Object.assign(members, {
  utc,
  min: new PyTimezone(timezoneType, newDelta(0, -86340, 0), null),
  max: new PyTimezone(timezoneType, newDelta(0, 86340, 0), null),
});
