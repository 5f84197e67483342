import {
  asDouble, asIndex, call, clockNow, defineModule, defineStructSequence, getAttr, importModule, isStr, jsText, native, newTuple, None, normalizeInt, overflowError, PyFloat,
  PyModule, PySimpleNamespace, PyDict, PyStructSequence, PyTuple, strFromJS, typeError, typeOf, valueError,
} from '@py/vm/native';
import type { NativeModule, PyValue, VM } from '@py/vm/native';
import { osError } from './os-error.ts';
import { daysBefore, months, strftime, weekdays } from './time-format.ts';
import { localTypeAt, readLocalZone } from './zones/local.ts';

/* `time` (CPython 3.12: Modules/timemodule.c) over the Host's clock. */

const structTime = defineStructSequence(
  'time', 'struct_time',
  [
    { name: 'tm_year', doc: 'year, for example, 1993' }, { name: 'tm_mon', doc: 'month of year, range [1, 12]' }, { name: 'tm_mday', doc: 'day of month, range [1, 31]' },
    { name: 'tm_hour', doc: 'hours, range [0, 23]' }, { name: 'tm_min', doc: 'minutes, range [0, 59]' }, { name: 'tm_sec', doc: 'seconds, range [0, 61])' },
    { name: 'tm_wday', doc: 'day of week, range [0, 6], Monday is 0' }, { name: 'tm_yday', doc: 'day of year, range [1, 366]' },
    { name: 'tm_isdst', doc: '1 if summer time is in effect, 0 if not, and -1 if unknown' }, { name: 'tm_zone', doc: 'abbreviation of timezone name' },
    { name: 'tm_gmtoff', doc: 'offset from UTC in seconds' },
  ],
  { visible: 9, doc: 'The time value as returned by gmtime(), localtime(), and strptime(), and\n accepted by asctime(), mktime() and strftime().  May be considered as a\n sequence of 9 integers.\n\n Note that several fields\' values are not the same as those defined by\n the C language standard for struct tm.  For example, the value of the\n field tm_year is the actual year, not year - 1900.  See individual\n fields\' descriptions for details.' },
);

export const now = (vm: VM): bigint => vm.host.clock?.time() ?? 0n;
const monotonic = (vm: VM): bigint => vm.host.clock?.monotonic() ?? 0n;
const cpuTime = (vm: VM): bigint => vm.host.clock?.processTime?.() ?? monotonic(vm);

/** Nanoseconds as float seconds, as CPython divides them. */
const seconds = (ns: bigint): PyValue => new PyFloat(Number(ns / 1_000_000_000n) + Number(ns % 1_000_000_000n) / 1e9);


/** Year, month, day, hour, minute, second, weekday (Monday is 0) and day of the year of a moment given in seconds since 1970, already in local time. */
export function calendarFields(total: number): number[] {
  const day = Math.floor(total / 86400);
  const rest = total - day * 86400;
  // Days since 0000-03-01 in the proleptic Gregorian calendar.
  const z = day + 719468;
  const era = Math.floor(z / 146097);
  const doe = z - era * 146097;
  const yoe = Math.floor((doe - Math.floor(doe / 1460) + Math.floor(doe / 36524) - Math.floor(doe / 146096)) / 365);
  const doy = doe - (365 * yoe + Math.floor(yoe / 4) - Math.floor(yoe / 100));
  const mp = Math.floor((5 * doy + 2) / 153);
  const month = mp < 10 ? mp + 3 : mp - 9;
  const year = yoe + era * 400 + (month <= 2 ? 1 : 0);
  const mday = doy - Math.floor((153 * mp + 2) / 5) + 1;
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const yday = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334][month - 1] + mday + (leap && month > 2 ? 1 : 0);
  return [year, month, mday, Math.floor(rest / 3600), Math.floor((rest % 3600) / 60), rest % 60, (((day + 3) % 7) + 7) % 7, yday];
}

function makeStruct(values: readonly number[], isdst: number, zone: string | null, offset: number | null): PyValue {
  return new PyStructSequence(structTime, [...values, isdst], [zone === null ? None : strFromJS(zone), offset === null ? None : offset]);
}

/** Whole seconds of an argument, floored; None or nothing is now. */
function timestamp(vm: VM, value: PyValue | undefined): number {
  if (value === undefined || value === None) return Number(now(vm) / 1_000_000_000n);
  const number = value instanceof PyFloat ? Math.floor(value.value) : Number(asIndex(vm, value));
  if (Number.isNaN(number)) throw valueError('Invalid value NaN (not a number)');
  if (!Number.isFinite(number) || Math.abs(number) > 2 ** 63) throw overflowError('timestamp out of range for platform time_t');
  if (Math.abs(number) > 67768036191676799) throw osError('EOVERFLOW');
  return number;
}

function time_gmtime(vm: VM, secs: PyValue | undefined): PyValue {
  return makeStruct(calendarFields(timestamp(vm, secs)), 0, 'UTC', 0);
}

function time_localtime(vm: VM, secs: PyValue | undefined): PyValue {
  const at = timestamp(vm, secs);
  const zone = localTypeAt(vm, at);
  return makeStruct(calendarFields(at + zone.offset), zone.dst ? 1 : 0, zone.name, zone.offset);
}

/** The nine numbers of a struct_time or tuple. */
function nine(vm: VM, value: PyValue): number[] {
  if (!(value instanceof PyTuple)) throw typeError('Tuple or struct_time argument required');
  if (value.items.length !== 9) throw typeError('function takes exactly 9 arguments (' + String(value.items.length) + ' given)');
  const values = value.items.map((item) => cInt(vm, item));
  if (values[0] < -0x8000_0000 + 1900) throw overflowError('year out of range');
  return values;
}

/** CPython: Python/getargs.c, format unit `i`. */
function cInt(vm: VM, item: PyValue): number {
  const value = asIndex(vm, item);
  if (typeof value === 'bigint' && BigInt.asIntN(64, value) !== value) throw overflowError('Python int too large to convert to C long');
  if (value > 0x7fff_ffff) throw overflowError('signed integer is greater than maximum');
  if (value < -0x8000_0000) throw overflowError('signed integer is less than minimum');
  return Number(value);
}

function checked(values: number[]): number[] {
  const [year, month, mday, hour, minute, second, wday, yday, isdst] = values;
  const fail = (what: string): never => {
    throw valueError(`${what} out of range`);
  };
  if (month < 0 || month > 12) fail('month');
  if (mday < 0 || mday > 31) fail('day of month');
  if (hour < 0 || hour > 23) fail('hour');
  if (minute < 0 || minute > 59) fail('minute');
  if (second < 0 || second > 61) fail('seconds');
  if (wday < -1) fail('day of week');
  if (yday < 0 || yday > 366) fail('day of year');
  return [year, month || 1, mday || 1, hour, minute, second, ((wday % 7) + 7) % 7, yday || 1, isdst];
}

const two = (value: number): string => String(value).padStart(2, '0');

function asctime(values: readonly number[]): string {
  const [year, month, mday, hour, minute, second, wday] = values;
  return `${weekdays[wday]} ${months[month - 1]}${String(mday).padStart(3)} ${two(hour)}:${two(minute)}:${two(second)} ${year}`;
}

function time_asctime(vm: VM, tuple: PyValue | undefined): PyValue {
  const values = tuple === undefined ? nine(vm, time_localtime(vm, undefined)) : checked(nine(vm, tuple));
  return strFromJS(asctime(values));
}

function time_ctime(vm: VM, secs: PyValue | undefined): PyValue {
  return strFromJS(asctime(nine(vm, time_localtime(vm, secs))));
}

function time_mktime(vm: VM, tuple: PyValue): PyValue {
  const [year, month, mday, hour, minute, second, , , isdst] = nine(vm, tuple);
  const local = daysBefore(year, month - 1, mday) * 86400 + hour * 3600 + minute * 60 + second;
  return new PyFloat(momentOf(vm, local, isdst));
}

/**
 * The moment at which clocks here show `local` (seconds, as if they showed UTC). Where `isdst` says (0 or 1) what is in force then and it is not,
 * the offset is taken from the time nearby when it was.
 */
function momentOf(vm: VM, local: number, isdst: number): number {
  const guess = local - localTypeAt(vm, local).offset;
  const zone = localTypeAt(vm, guess);
  const moment = local - zone.offset;
  if (isdst < 0 || zone.dst === isdst > 0) return moment;
  for (let distance = 86400; distance < 400 * 86400; distance += 6 * 86400) {
    for (const nearby of [moment - distance, moment + distance]) {
      const other = localTypeAt(vm, nearby);
      if (other.dst === isdst > 0) return local - other.offset;
    }
  }
  return moment;
}

function time_strftime(vm: VM, format: PyValue, tuple: PyValue | undefined): PyValue {
  if (!isStr(format)) throw typeError(`strftime() argument 1 must be str, not ${typeOf(format).tpName}`);
  const source = tuple ?? time_localtime(vm, undefined);
  const values = checked(nine(vm, source));
  const text = jsText(format);
  if (text.includes('\0')) throw valueError('embedded null character');
  let zone = 'UTC';
  let offset = 0;
  if (source instanceof PyStructSequence && source.hidden.length === 2 && source.hidden[0] !== None) {
    zone = jsText(source.hidden[0]);
    offset = Number(source.hidden[1]);
  } else {
    const [standard, summer] = zoneConstants(vm).names;
    zone = values[8] > 0 ? summer : standard;
  }
  const [year, month, day, hour, minute, second, weekday, yearDay] = values;
  return strFromJS(strftime(text, { year, month, day, hour, minute, second, weekday, yearDay, zone, offset }));
}

function time_strptime(vm: VM, string: PyValue, format: PyValue | undefined): PyValue {
  const module = importModule(vm, '_strptime');
  return call(vm, getAttr(vm, module, '_strptime_time'), format === undefined ? [string] : [string, format]);
}

/** `sleep`: other threads go on meanwhile. */
function time_sleep(vm: VM, secs: PyValue): PyValue {
  const amount = secs instanceof PyFloat ? secs.value : typeOf(secs).nb_index === undefined ? asDouble(vm, secs) : Number(asIndex(vm, secs));
  if (Number.isNaN(amount)) throw valueError('Invalid value NaN (not a number)');
  if (amount < 0) throw valueError('sleep length must be non-negative');
  if (amount > 9223372036) throw overflowError('timestamp too large to convert to C _PyTime_t');
  return vm.suspend({ what: 'time.sleep()', deadline: clockNow(vm) + amount * 1000, poll: (late) => (late ? None : undefined) });
}

const clocks: Record<number, (vm: VM) => bigint> = { 0: now, 1: monotonic, 4: monotonic, 7: monotonic, 11: now, 2: cpuTime, 3: cpuTime };

function clockOf(vm: VM, id: PyValue): bigint {
  const read = clocks[Number(asIndex(vm, id))];
  if (read === undefined) throw osError('EINVAL');
  return read(vm);
}

const infos: Record<string, readonly [string, boolean, boolean]> = {
  time: ['clock_gettime(CLOCK_REALTIME)', false, true], monotonic: ['clock_gettime(CLOCK_MONOTONIC)', true, false],
  perf_counter: ['clock_gettime(CLOCK_MONOTONIC)', true, false], process_time: ['clock_gettime(CLOCK_PROCESS_CPUTIME_ID)', true, false],
  thread_time: ['clock_gettime(CLOCK_THREAD_CPUTIME_ID)', true, false],
};

function time_get_clock_info(_vm: VM, name: PyValue): PyValue {
  if (!isStr(name)) throw typeError(`get_clock_info() argument 1 must be str, not ${typeOf(name).tpName}`);
  const info = infos[jsText(name)];
  if (info === undefined) throw valueError('unknown clock');
  const [implementation, isMonotonic, adjustable] = info;
  return new PySimpleNamespace(
    PyDict.fromStrings([['implementation', implementation], ['monotonic', isMonotonic], ['adjustable', adjustable], ['resolution', new PyFloat(1e-9)]]),
  );
}

interface ZoneConstants {
  readonly timezone: number;
  readonly altzone: number;
  readonly daylight: number;
  readonly names: [string, string];
}

/** Standard offset and names, from this January and July (CPython: Modules/timemodule.c, init_timezone). */
const zoneConstants = (vm: VM): ZoneConstants => vm.state('time.zoneConstants', () => readZoneConstants(vm));

function readZoneConstants(vm: VM): ZoneConstants {
  const year = (365 * 24 + 6) * 3600;
  const start = Math.floor(Number(now(vm) / 1_000_000_000n) / year) * year;
  const january = localTypeAt(vm, start);
  const july = localTypeAt(vm, start + year / 2);
  // In the south it is summer in January.
  const [standard, summer] = january.offset > july.offset ? [july, january] : [january, july];
  return { timezone: 0 - standard.offset, altzone: 0 - summer.offset, daylight: january.offset === july.offset ? 0 : 1, names: [standard.name, summer.name] };
}

/** Puts them into the module. */
function setZoneConstants(vm: VM, { dict }: PyModule): void {
  vm.moduleStates.delete('time.zoneConstants');
  const { timezone, altzone, daylight, names } = zoneConstants(vm);
  for (const [name, value] of Object.entries({ timezone, altzone, daylight })) dict.setStr(name, value);
  dict.setStr('tzname', newTuple(names.map(strFromJS)));
}

function time_tzset(vm: VM): PyValue {
  readLocalZone(vm);
  const module = vm.modules.getStr('time');
  if (module instanceof PyModule) setZoneConstants(vm, module);
  return None;
}

/** Python's module `time`. CPython 3.12: Modules/timemodule.c. */
export const time: NativeModule = defineModule(
  'time',
  {
    struct_time: structTime,
    _STRUCT_TM_ITEMS: 11,
    CLOCK_REALTIME: 0, CLOCK_MONOTONIC: 1, CLOCK_PROCESS_CPUTIME_ID: 2, CLOCK_THREAD_CPUTIME_ID: 3, CLOCK_MONOTONIC_RAW: 4, CLOCK_BOOTTIME: 7, CLOCK_TAI: 11,
    timezone: (vm) => zoneConstants(vm).timezone,
    altzone: (vm) => zoneConstants(vm).altzone,
    daylight: (vm) => zoneConstants(vm).daylight,
    tzname: (vm) => newTuple(zoneConstants(vm).names.map(strFromJS)),
    tzset: native('tzset()', time_tzset, 'tzset()\n\nInitialize, or reinitialize, the local timezone to the value stored in\nos.environ[\'TZ\'].'),
    time: native('time()', (vm: VM) => seconds(now(vm)), 'time() -> floating point number\n\nReturn the current time in seconds since the Epoch.\nFractions of a second may be present if the system clock provides them.'),
    time_ns: native('time_ns()', (vm: VM) => normalizeInt(now(vm)), 'time_ns() -> int\n\nReturn the current time in nanoseconds since the Epoch.'),
    monotonic: native('monotonic()', (vm: VM) => seconds(monotonic(vm)), 'monotonic() -> float\n\nMonotonic clock, cannot go backward.'),
    monotonic_ns: native('monotonic_ns()', (vm: VM) => normalizeInt(monotonic(vm)), 'monotonic_ns() -> int\n\nMonotonic clock, cannot go backward, as nanoseconds.'),
    perf_counter: native('perf_counter()', (vm: VM) => seconds(monotonic(vm)), 'perf_counter() -> float\n\nPerformance counter for benchmarking.'),
    perf_counter_ns: native('perf_counter_ns()', (vm: VM) => normalizeInt(monotonic(vm)), 'perf_counter_ns() -> int\n\nPerformance counter for benchmarking as nanoseconds.'),
    process_time: native('process_time()', (vm: VM) => seconds(cpuTime(vm)), 'process_time() -> float\n\nProcess time for profiling: sum of the kernel and user-space CPU time.'),
    process_time_ns: native('process_time_ns()', (vm: VM) => normalizeInt(cpuTime(vm)), 'process_time_ns() -> int\n\nProcess time for profiling as nanoseconds:\nsum of the kernel and user-space CPU time.'),
    thread_time: native('thread_time()', (vm: VM) => seconds(cpuTime(vm)), 'thread_time() -> float\n\nThread time for profiling: sum of the kernel and user-space CPU time.'),
    thread_time_ns: native('thread_time_ns()', (vm: VM) => normalizeInt(cpuTime(vm)), 'thread_time_ns() -> int\n\nThread time for profiling as nanoseconds:\nsum of the kernel and user-space CPU time.'),
    clock_gettime: native('clock_gettime(clk_id, /)', (vm: VM, id: PyValue) => seconds(clockOf(vm, id)), 'clock_gettime(clk_id) -> float\n\nReturn the time of the specified clock clk_id as a float.'),
    clock_gettime_ns: native('clock_gettime_ns(clk_id, /)', (vm: VM, id: PyValue) => normalizeInt(clockOf(vm, id)), 'clock_gettime_ns(clk_id) -> int\n\nReturn the time of the specified clock clk_id as nanoseconds (int).'),
    clock_getres: native('clock_getres(clk_id, /)', (vm: VM, id: PyValue) => {
      clockOf(vm, id);
      return new PyFloat(1e-9);
    }, 'clock_getres(clk_id) -> floating point number\n\nReturn the resolution (precision) of the specified clock clk_id.'),
    get_clock_info: native('get_clock_info(name, /)', time_get_clock_info, "get_clock_info(name: str) -> dict\n\nGet information of the specified clock."),
    sleep: native('sleep(seconds, /)', time_sleep, 'sleep(seconds)\n\nDelay execution for a given number of seconds.  The argument may be\na floating point number for subsecond precision.'),
    gmtime: native('gmtime(seconds=None, /)', time_gmtime, 'gmtime([seconds]) -> (tm_year, tm_mon, tm_mday, tm_hour, tm_min,\n                       tm_sec, tm_wday, tm_yday, tm_isdst)\n\nConvert seconds since the Epoch to a time tuple expressing UTC (a.k.a.\nGMT).  When \'seconds\' is not passed in, convert the current time instead.\n\nIf the platform supports the tm_gmtoff and tm_zone, they are available as\nattributes only.'),
    localtime: native('localtime(seconds=None, /)', time_localtime, 'localtime([seconds]) -> (tm_year,tm_mon,tm_mday,tm_hour,tm_min,\n                          tm_sec,tm_wday,tm_yday,tm_isdst)\n\nConvert seconds since the Epoch to a time tuple expressing local time.\nWhen \'seconds\' is not passed in, convert the current time instead.'),
    asctime: native('asctime(tuple=<unrepresentable>, /)', time_asctime, "asctime([tuple]) -> string\n\nConvert a time tuple to a string, e.g. 'Sat Jun 06 16:26:11 1998'.\nWhen the time tuple is not present, current time as returned by localtime()\nis used."),
    ctime: native('ctime(seconds=None, /)', time_ctime, 'ctime(seconds) -> string\n\nConvert a time in seconds since the Epoch to a string in local time.\nThis is equivalent to asctime(localtime(seconds)). When the time tuple is\nnot present, current time as returned by localtime() is used.'),
    mktime: native('mktime(tuple, /)', time_mktime, 'mktime(tuple) -> floating point number\n\nConvert a time tuple in local time to seconds since the Epoch.\nNote that mktime(gmtime(0)) will not generally return zero for most\ntime zones; instead the returned value will either be equal to that\nof the timezone or altzone attributes on the time module.'),
    strftime: native('strftime(format, tuple=<unrepresentable>, /)', time_strftime, 'strftime(format[, tuple]) -> string\n\nConvert a time tuple to a string according to a format specification.\nSee the library reference manual for formatting codes. When the time tuple\nis not present, current time as returned by localtime() is used.'),
    strptime: native("strptime(string, format='%a %b %d %H:%M:%S %Y', /)", time_strptime, 'strptime(string, format) -> struct_time\n\nParse a string to a time tuple according to a format specification.\nSee the library reference manual for formatting codes (same as\nstrftime()).'),
  },
  {
    doc: 'This module provides various functions to manipulate time values.',
    resume: (vm, module) => setZoneConstants(vm, module as PyModule),
  },
);

