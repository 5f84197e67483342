import { badArgument,
  call, callMethod, compareOrdered, getAttr, hash, importModule, isStr, native, nativeRaw, newTuple, None, NotImplemented, overflowError, plainText, PyBytes, PyFloat, Py_EQ, Py_NE, reprText, strFromJS, strLength, typeError, typeOf, valueError,
} from '@py/vm/native';
import type { CompareOp, PyType, PyValue, TypeSpec, VM } from '@py/vm/native';
import { intArgument, keywordArguments, tupleArguments } from '../arguments.ts';
import { checkDate, checkTime, fromOrdinal, maxOrdinal, toOrdinal } from './calendar.ts';
import { dateBytes, dateText, stateBytes } from './date.ts';
import { docs } from './docs.ts';
import { dateEnd, parseDate, parseTime, pointsOf } from './isoformat.ts';
import { epoch, foldAt, localToSeconds, localZone, momentFields, present, secondsAndMicroseconds } from './local.ts';
import { datetimeType, dateType, PyDate, PyDateTime, PyDelta, PyTime, timeType } from './storage.ts';
import type { PyTzinfo } from './storage.ts';
import { ctime, structTime } from './strftime.ts';
import { clockText, parsedTzinfo, stateTzinfo, timeBytes, timespecArgument } from './time.ts';
import { compareDeltas, deltaIsZero, newDelta, resolutionMicrosecond, subtractDeltas, totalSeconds } from './timedelta.ts';
import { callDst, callTzname, callUtcoffset, newTimezone, offsetText, tzinfoArgument, utc } from './tzinfo.ts';

/* datetime.datetime */

type Fields = readonly [number, number, number, number, number, number, number];

const parameters = ['year', 'month', 'day', 'hour', 'minute', 'second', 'microsecond', 'tzinfo', 'fold'];

function datetime_new(vm: VM, type: PyType, args: PyValue[], kwnames: readonly string[] | null): PyValue {
  const positional = args.length - (kwnames?.length ?? 0);
  if (positional >= 1 && positional <= 2) {
    const state = stateBytes(args[0], 10, 'datetime', (bytes) => (bytes[2] & 0x7f) >= 1 && (bytes[2] & 0x7f) <= 12);
    if (state !== null) {
      const microsecond = (state[7] << 16) | (state[8] << 8) | state[9];
      return new PyDateTime(type, state[0] * 256 + state[1], state[2] & 0x7f, state[3], state[4], state[5], state[6], microsecond, stateTzinfo(args), state[2] >> 7);
    }
  }
  const given = keywordArguments(null, parameters, args, kwnames, 3, { maxPositional: 8, convert: (value, i) => (i === 7 ? value : intArgument(vm, value)) });
  const fields = given.slice(0, 7).map((value) => value ?? 0) as unknown as Fields; // Converted above.
  const fold = (given[8] ?? 0) as number;
  return checkedDatetime(type, fields, given[7], fold);
}

function checkedDatetime(type: PyType, fields: Fields, tzinfo: PyValue | undefined, fold: number): PyDateTime {
  const [year, month, day, hour, minute, second, microsecond] = fields;
  checkDate(year, month, day);
  checkTime(hour, minute, second, microsecond, fold);
  return new PyDateTime(type, year, month, day, hour, minute, second, microsecond, tzinfoArgument(tzinfo), fold);
}

/** A datetime of a class: a subclass is called, as CPython does (new_datetime_subclass_fold_ex). */
function makeDatetime(vm: VM, cls: PyValue, fields: Fields, tzinfo: PyTzinfo | null, fold = 0): PyValue {
  if (cls === datetimeType) return checkedDatetime(datetimeType, fields, tzinfo ?? None, fold);
  const made = call(vm, cls, [...fields, tzinfo ?? None]);
  if (fold === 1 && made instanceof PyDateTime) made.fold = 1;
  return made;
}

/** Another datetime of exactly this class, with nothing called. */
function withZone(dt: PyDateTime, tzinfo: PyTzinfo | null, fold: number = dt.fold): PyDateTime {
  return new PyDateTime(dt.cls, dt.year, dt.month, dt.day, dt.hour, dt.minute, dt.second, dt.microsecond, tzinfo, fold);
}

// ---- class methods ----

function fromMoment(vm: VM, cls: PyValue, seconds: number, microseconds: number, inUtc: boolean, tzinfo: PyTzinfo | null): PyValue {
  const fields = momentFields(vm, seconds, inUtc);
  const [year, month, day, hour, minute, second] = fields;
  if (year < 1 || year > 9999) throw valueError(`year ${year} is out of range`);
  const fold = tzinfo === null && !inUtc ? foldAt(vm, seconds, fields) : 0;
  return makeDatetime(vm, cls, [year, month, day, hour, minute, Math.min(59, second), microseconds], tzinfo, fold);
}

function fromUtcOf(vm: VM, tzinfo: PyTzinfo | null, made: PyValue): PyValue {
  return tzinfo === null ? made : callMethod(vm, tzinfo, 'fromutc', [made]);
}

function datetime_now(vm: VM, cls: PyType, tz: PyValue | undefined): PyValue {
  const tzinfo = tzinfoArgument(tz);
  return fromUtcOf(vm, tzinfo, fromMoment(vm, cls, ...present(vm), tzinfo !== null, tzinfo));
}

function datetime_fromtimestamp(vm: VM, cls: PyType, timestamp: PyValue, tz: PyValue | undefined): PyValue {
  const tzinfo = tzinfoArgument(tz);
  return fromUtcOf(vm, tzinfo, fromMoment(vm, cls, ...secondsAndMicroseconds(vm, timestamp), tzinfo !== null, tzinfo));
}

function datetime_utcnow(vm: VM, cls: PyType): PyValue {
  vm.warn('DeprecationWarning', 'datetime.datetime.utcnow() is deprecated and scheduled for removal in a future version. Use timezone-aware objects to represent datetimes in UTC: datetime.datetime.now(datetime.UTC).', 1);
  return fromMoment(vm, cls, ...present(vm), true, null);
}

function datetime_utcfromtimestamp(vm: VM, cls: PyType, timestamp: PyValue): PyValue {
  vm.warn('DeprecationWarning', 'datetime.datetime.utcfromtimestamp() is deprecated and scheduled for removal in a future version. Use timezone-aware objects to represent datetimes in UTC: datetime.datetime.fromtimestamp(timestamp, datetime.UTC).', 1);
  return fromMoment(vm, cls, ...secondsAndMicroseconds(vm, timestamp), true, null);
}

function datetime_strptime(vm: VM, cls: PyType, text: PyValue, format: PyValue): PyValue {
  for (const [i, value] of [text, format].entries()) {
    if (!isStr(value)) throw badArgument('strptime', `argument ${i + 1}`, 'str', value);
  }
  return callMethod(vm, importModule(vm, '_strptime'), '_strptime_datetime', [cls, text, format]);
}

function datetime_combine(vm: VM, cls: PyType, date: PyValue, time: PyValue, tzinfo: PyValue | undefined): PyValue {
  if (!(date instanceof PyDate)) throw badArgument('combine', 'argument 1', 'datetime.date', date);
  if (!(time instanceof PyTime)) throw badArgument('combine', 'argument 2', 'datetime.time', time);
  const fields: Fields = [date.year, date.month, date.day, time.hour, time.minute, time.second, time.microsecond];
  if (tzinfo !== undefined && cls !== datetimeType) return combined(vm, cls, fields, tzinfo, time.fold);
  return makeDatetime(vm, cls, fields, tzinfo === undefined ? time.tzinfo : tzinfoArgument(tzinfo), time.fold);
}

/** A subclass may accept what is no tzinfo. */
function combined(vm: VM, cls: PyType, fields: Fields, tzinfo: PyValue, fold: number): PyValue {
  const made = call(vm, cls, [...fields, tzinfo]);
  if (fold === 1 && made instanceof PyDateTime) made.fold = 1;
  return made;
}

function datetime_fromisoformat(vm: VM, cls: PyType, text: PyValue): PyValue {
  if (!isStr(text)) throw typeError('fromisoformat: argument must be str');
  const points = pointsOf(text);
  const invalid = (): never => {
    throw valueError(`Invalid isoformat string: ${reprText(vm, text)}`);
  };
  if (points.length < 7) return invalid();
  const end = dateEnd(points);
  const date = end < 0 || end > points.length ? null : parseDate(points, end);
  if (date === null) return invalid();
  if (end === points.length) return makeDatetime(vm, cls, [...date, 0, 0, 0, 0], null);
  const time = parseTime(points, end + 1);
  if (time === null) return invalid();
  return makeDatetime(vm, cls, [...date, time.hour, time.minute, time.second, time.microsecond], parsedTzinfo(vm, time));
}

// ---- arithmetic ----

const secondsOf = (dt: PyDateTime): number => dt.hour * 3600 + dt.minute * 60 + dt.second;

/** `dt + delta` (factor 1) or `dt - delta` (factor -1). */
export function addDelta(vm: VM, dt: PyDateTime, delta: PyDelta, factor: 1 | -1): PyDateTime {
  const fields = shifted(dt, delta, factor);
  return makeDatetime(vm, dt.cls, fields, dt.tzinfo) as PyDateTime; // A subclass may give anything, as in CPython.
}

function shifted(dt: PyDateTime, delta: PyDelta, factor: 1 | -1): Fields {
  const microseconds = dt.microsecond + delta.microseconds * factor;
  const carry = Math.floor(microseconds / 1_000_000);
  const seconds = secondsOf(dt) + delta.seconds * factor + carry;
  const days = Math.floor(seconds / 86400);
  const ordinal = toOrdinal(dt.year, dt.month, dt.day) + delta.days * factor + days;
  if (ordinal < 1 || ordinal > maxOrdinal) throw overflowError('date value out of range');
  const rest = seconds - days * 86400;
  return [...fromOrdinal(ordinal), Math.floor(rest / 3600), Math.floor(rest / 60) % 60, rest % 60, microseconds - carry * 1_000_000];
}

function datetime_add(vm: VM, left: PyValue, right: PyValue): PyValue {
  if (left instanceof PyDateTime) return right instanceof PyDelta ? addDelta(vm, left, right, 1) : NotImplemented;
  return left instanceof PyDelta ? addDelta(vm, right as PyDateTime, left, 1) : NotImplemented;
}

function difference(left: PyDateTime, right: PyDateTime): PyDelta {
  const days = toOrdinal(left.year, left.month, left.day) - toOrdinal(right.year, right.month, right.day);
  return newDelta(days, secondsOf(left) - secondsOf(right), left.microsecond - right.microsecond);
}

const offsetOf = (vm: VM, dt: PyDateTime): PyDelta | null => callUtcoffset(vm, dt.tzinfo, dt);

function datetime_subtract(vm: VM, left: PyValue, right: PyValue): PyValue {
  if (!(left instanceof PyDateTime)) return NotImplemented;
  if (right instanceof PyDateTime) return subtractMoments(vm, left, right);
  return right instanceof PyDelta ? addDelta(vm, left, right, -1) : NotImplemented;
}

function subtractMoments(vm: VM, left: PyDateTime, right: PyDateTime): PyDelta {
  const plain = difference(left, right);
  if (left.tzinfo === right.tzinfo) return plain;
  const offset = offsetOf(vm, left);
  const otherOffset = offsetOf(vm, right);
  if ((offset === null) !== (otherOffset === null)) throw typeError("can't subtract offset-naive and offset-aware datetimes");
  if (offset === null || otherOffset === null || offset === otherOffset || compareDeltas(offset, otherOffset) === 0) return plain;
  return subtractDeltas(plain, subtractDeltas(offset, otherOffset));
}

// ---- comparison ----

/** Would the other fold have another offset? Such a time is equal to none of another zone (PEP 495). */
function hasProblematicFold(vm: VM, dt: PyDateTime, offset: PyDelta | null): boolean {
  if (dt.tzinfo === null) return false;
  const flipped = offsetOf(vm, new PyDateTime(datetimeType, dt.year, dt.month, dt.day, dt.hour, dt.minute, dt.second, dt.microsecond, dt.tzinfo, dt.fold === 0 ? 1 : 0));
  return flipped !== offset && (flipped === null || offset === null || compareDeltas(flipped, offset) !== 0);
}

/** Negative, 0 or positive: how two times of one place stand to each other. */
function localOrder(a: PyDateTime, b: PyDateTime): number {
  return a.year - b.year || a.month - b.month || a.day - b.day || a.hour - b.hour || a.minute - b.minute || a.second - b.second || a.microsecond - b.microsecond;
}

function datetime_richcompare(vm: VM, self: PyValue, value: PyValue, op: CompareOp): PyValue {
  const dt = self as PyDateTime;
  if (!(value instanceof PyDateTime)) {
    if (!(value instanceof PyDate)) return NotImplemented;
    if (op === Py_EQ || op === Py_NE) return op === Py_NE;
    throw typeError(`can't compare ${dt.cls.tpName} to ${value.cls.tpName}`);
  }
  if (dt.tzinfo === value.tzinfo) return compareOrdered(localOrder(dt, value), 0, op);
  const offset = offsetOf(vm, dt);
  const otherOffset = offsetOf(vm, value);
  const equality = op === Py_EQ || op === Py_NE;
  let order: number;
  if (offset === otherOffset || (offset !== null && otherOffset !== null && compareDeltas(offset, otherOffset) === 0)) order = localOrder(dt, value);
  else if (offset !== null && otherOffset !== null) {
    const { days, seconds, microseconds } = subtractMoments(vm, dt, value);
    order = days || seconds || microseconds;
  } else if (equality) return op === Py_NE;
  else throw typeError("can't compare offset-naive and offset-aware datetimes");
  if (equality && order === 0 && (hasProblematicFold(vm, dt, offset) || hasProblematicFold(vm, value, otherOffset))) order = 1;
  return compareOrdered(order, 0, op);
}

function datetime_hash(vm: VM, self: PyDateTime): PyValue {
  if (self.hashCode !== undefined) return self.hashCode;
  const unfolded = self.fold === 0 ? self : new PyDateTime(datetimeType, self.year, self.month, self.day, self.hour, self.minute, self.second, self.microsecond, self.tzinfo, 0);
  const offset = offsetOf(vm, unfolded);
  if (offset === null) self.hashCode = hash(vm, new PyBytes(Uint8Array.from([...dateBytes(self), ...timeBytes(self)])));
  else self.hashCode = hash(vm, subtractDeltas(newDelta(toOrdinal(self.year, self.month, self.day), secondsOf(self), self.microsecond), offset));
  return self.hashCode;
}

// ---- texts ----

function datetime_repr(vm: VM, self: PyValue): PyValue {
  const { cls, year, month, day, hour, minute, second, microsecond, tzinfo, fold } = self as PyDateTime;
  let text = `${year}, ${month}, ${day}, ${hour}, ${minute}`;
  if (microsecond !== 0) text += `, ${second}, ${microsecond}`;
  else if (second !== 0) text += `, ${second}`;
  if (fold === 1) text += ', fold=1';
  if (tzinfo !== null) text += `, tzinfo=${reprText(vm, tzinfo)}`;
  return strFromJS(`${cls.tpName}(${text})`);
}

function datetime_isoformat(vm: VM, self: PyDateTime, sep: PyValue | undefined, timespec: PyValue | undefined): PyValue {
  if (sep !== undefined && (!isStr(sep) || strLength(sep) !== 1)) throw typeError(`isoformat() argument 1 must be a unicode character, not ${typeOf(sep).tpName}`);
  const precision = timespecArgument(timespec, 2);
  const separator = sep === undefined ? 'T' : sep;
  const clock = clockText(self.hour, self.minute, self.second, self.microsecond, precision);
  const offset = offsetOf(vm, self);
  const shown = plainText(separator) ?? (separator as { toJS(): string }).toJS(); // A str that is not plain is boxed.
  return strFromJS(`${dateText(self)}${shown}${clock}${offset === null ? '' : offsetText(offset, ':')}`);
}

// ---- conversions ----

function datetime_timetuple(vm: VM, self: PyDateTime): PyValue {
  const dst = callDst(vm, self.tzinfo, self);
  return structTime(vm, self.year, self.month, self.day, self.hour, self.minute, self.second, dst === null ? -1 : deltaIsZero(dst) ? 0 : 1);
}

function datetime_utctimetuple(vm: VM, self: PyDateTime): PyValue {
  const offset = offsetOf(vm, self);
  const fields: Fields = offset === null ? [self.year, self.month, self.day, self.hour, self.minute, self.second, 0] : shifted(self, offset, -1);
  const [year, month, day, hour, minute, second] = fields;
  return structTime(vm, year, month, day, hour, minute, second, 0);
}

const localSeconds = (vm: VM, dt: PyDateTime): number => localToSeconds(vm, dt.year, dt.month, dt.day, dt.hour, dt.minute, dt.second, dt.fold) - epoch;

function datetime_timestamp(vm: VM, self: PyDateTime): PyValue {
  if (self.tzinfo !== null) return new PyFloat(totalSeconds(subtractMoments(vm, self, utcEpoch())));
  return new PyFloat(localSeconds(vm, self) + self.microsecond / 1e6);
}

const utcEpoch = (): PyDateTime => new PyDateTime(datetimeType, 1970, 1, 1, 0, 0, 0, 0, utc, 0);

/** The system's time zone as it is at a moment. */
function zoneAt(vm: VM, timestamp: number): PyTzinfo {
  const { offset, name } = localZone(vm, timestamp);
  return newTimezone(vm, newDelta(0, offset, 0), name);
}

/** The system's time zone at a local time (CPython: local_timezone_from_local). */
function zoneOf(vm: VM, local: PyDateTime): PyTzinfo {
  const { year, month, day, hour, minute, second, fold } = local;
  const seconds = (which: number): number => localToSeconds(vm, year, month, day, hour, minute, second, which) - epoch;
  const [moment, other] = [seconds(fold), seconds(1 - fold)];
  // In a gap `fold` means the offset of the other side.
  return zoneAt(vm, other !== moment && other > moment === (fold === 1) ? other : moment);
}

function datetime_astimezone(vm: VM, self: PyDateTime, tz: PyValue | undefined): PyValue {
  const target = tzinfoArgument(tz);
  let source = self.tzinfo ?? zoneOf(vm, self);
  if (source === target) return self;
  let offset = callUtcoffset(vm, source, self);
  if (offset === null) {
    source = zoneOf(vm, self);
    if (source === target) return self;
    offset = callUtcoffset(vm, source, self) as PyDelta;
  }
  const moment = withZone(addDelta(vm, self, offset, -1), utc);
  const zone = target ?? zoneAt(vm, Math.floor(totalSeconds(subtractMoments(vm, moment, utcEpoch()))));
  return callMethod(vm, zone, 'fromutc', [withZone(moment, zone)]);
}

function datetime_replace(vm: VM, self: PyDateTime, ...values: (PyValue | undefined)[]): PyValue {
  const current: Fields = [self.year, self.month, self.day, self.hour, self.minute, self.second, self.microsecond];
  const fields = current.map((own, i) => (values[i] === undefined ? own : intArgument(vm, values[i]))) as unknown as Fields;
  const fold = values[8] === undefined ? self.fold : intArgument(vm, values[8]);
  if (fold !== 0 && fold !== 1) throw valueError('fold must be either 0 or 1');
  return checkedDatetime(self.cls, fields, values[7] === undefined ? (self.tzinfo ?? None) : values[7], fold);
}

function reduce(self: PyDateTime, protocol: number): PyValue {
  const bytes = Uint8Array.from([...dateBytes(self), ...timeBytes(self)]);
  if (protocol > 3 && self.fold === 1) bytes[2] |= 0x80;
  const state = new PyBytes(bytes);
  return newTuple([self.cls, newTuple(self.tzinfo === null ? [state] : [state, self.tzinfo])]);
}

const members: Record<string, PyValue> = {};
const field = (name: 'hour' | 'minute' | 'second' | 'microsecond' | 'fold') => ({ get: (_vm: VM, self: PyValue): PyValue => (self as PyDateTime)[name] });

export const datetimeSpec: TypeSpec = {
  module: 'datetime',
  basetype: true,
  doc: docs.datetime,
  slots: {
    tp_new: datetime_new,
    tp_repr: datetime_repr,
    tp_str: (vm: VM, self: PyValue) => call(vm, getAttr(vm, self, 'isoformat'), [' ']),
    tp_hash: datetime_hash,
    tp_richcompare: datetime_richcompare,
    nb_add: datetime_add,
    nb_subtract: datetime_subtract,
  },
  classMethods: [
    native('now(cls, /, tz=None)', datetime_now, docs['datetime.now']),
    native('utcnow(cls, /)', datetime_utcnow, docs['datetime.utcnow']).unsigned(),
    native('fromtimestamp(cls, /, timestamp, tz=None)', datetime_fromtimestamp, docs['datetime.fromtimestamp']).unsigned(),
    native('utcfromtimestamp(cls, timestamp, /)', datetime_utcfromtimestamp, docs['datetime.utcfromtimestamp']).unsigned(),
    nativeRaw('strptime(cls, date_string, format, /)', (vm, cls, args, kwnames) => {
      tupleArguments('strptime', 'datetime', args, kwnames, 2, 2);
      return datetime_strptime(vm, cls as PyType, args[0], args[1]);
    }, docs['datetime.strptime']).unsigned(),
    native('combine(cls, /, date, time, tzinfo=None)', datetime_combine, docs['datetime.combine']).unsigned(),
    native('fromisoformat(cls, string, /)', datetime_fromisoformat, docs['datetime.fromisoformat']).unsigned(),
  ],
  methods: [
    native('date(self, /)', (_vm: VM, self: PyDateTime) => new PyDate(dateType, self.year, self.month, self.day), docs['datetime.date']).unsigned(),
    native('time(self, /)', (_vm: VM, self: PyDateTime) => new PyTime(timeType, self.hour, self.minute, self.second, self.microsecond, null, self.fold), docs['datetime.time']).unsigned(),
    native('timetz(self, /)', (_vm: VM, self: PyDateTime) => new PyTime(timeType, self.hour, self.minute, self.second, self.microsecond, self.tzinfo, self.fold), docs['datetime.timetz']).unsigned(),
    native('ctime(self, /)', (_vm: VM, self: PyDateTime) => ctime(self, self.hour, self.minute, self.second), docs['datetime.ctime']).unsigned(),
    native('timetuple(self, /)', datetime_timetuple, docs['datetime.timetuple']).unsigned(),
    native('timestamp(self, /)', datetime_timestamp, docs['datetime.timestamp']).unsigned(),
    native('utctimetuple(self, /)', datetime_utctimetuple, docs['datetime.utctimetuple']).unsigned(),
    native("isoformat(self, /, sep='T', timespec='auto')", datetime_isoformat, docs['datetime.isoformat']).unsigned(),
    native('utcoffset(self, /)', (vm: VM, self: PyDateTime) => offsetOf(vm, self) ?? None, docs['datetime.utcoffset']).unsigned(),
    native('tzname(self, /)', (vm: VM, self: PyDateTime) => callTzname(vm, self.tzinfo, self), docs['datetime.tzname']).unsigned(),
    native('dst(self, /)', (vm: VM, self: PyDateTime) => callDst(vm, self.tzinfo, self) ?? None, docs['datetime.dst']).unsigned(),
    native('replace(self, /, year=0, month=0, day=0, hour=0, minute=0, second=0, microsecond=0, tzinfo=None, *, fold=0)', datetime_replace, docs['datetime.replace']).unsigned(),
    native('astimezone(self, /, tz=None)', datetime_astimezone, docs['datetime.astimezone']).unsigned(),
    nativeRaw('__reduce_ex__(self, proto, /)', (vm, self, args, kwnames) => {
      tupleArguments('__reduce_ex__', 'datetime', args, kwnames, 1, 1);
      return reduce(self as PyDateTime, intArgument(vm, args[0]));
    }, docs['datetime.__reduce_ex__']).unsigned(),
    native('__reduce__(self, /)', (_vm: VM, self: PyDateTime) => reduce(self, 2), docs['datetime.__reduce__']).unsigned(),
  ],
  getset: {
    hour: field('hour'), minute: field('minute'), second: field('second'), microsecond: field('microsecond'),
    tzinfo: { get: (_vm, self) => (self as PyDateTime).tzinfo ?? None }, fold: field('fold'),
  },
  members,
};

Object.assign(members, {
  min: new PyDateTime(datetimeType, 1, 1, 1, 0, 0, 0, 0, null, 0), max: new PyDateTime(datetimeType, 9999, 12, 31, 23, 59, 59, 999999, null, 0), resolution: resolutionMicrosecond,
});
