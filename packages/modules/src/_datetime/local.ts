import { asIndex, overflowError, PyFloat, strFromJS, valueError } from '@py/vm/native';
import type { PyValue, VM } from '@py/vm/native';
import { calendarFields, now } from '../time.ts';
import { localTypeAt } from '../zones/local.ts';
import { MAXYEAR, MINYEAR, toOrdinal } from './calendar.ts';

/* Moments (seconds since 1970) and the host's local time. */

/** Seconds of 1970-01-01 when counting from 0001-01-01 as day 1. */
export const epoch = 719163 * 86400;
/** The fold of a time is looked for this far away. */
const maxFold = 24 * 3600;

/** Seconds from the beginning of year 1 (day 1) of a time whose year must be in range. */
function absoluteSeconds(year: number, month: number, day: number, hour: number, minute: number, second: number): number {
  if (year < MINYEAR || year > MAXYEAR) throw valueError(`year ${year} is out of range`);
  return toOrdinal(year, month, day) * 86400 + hour * 3600 + minute * 60 + second;
}

/** Year, month, day, hour, minute, second of a moment, in local time or UTC. */
export function momentFields(vm: VM, timestamp: number, utc: boolean): readonly number[] {
  return calendarFields(utc ? timestamp : timestamp + localTypeAt(vm, timestamp).offset);
}

/** Local time at `absolute` (seconds as UTC), as seconds. */
function local(vm: VM, absolute: number): number {
  const [year, month, day, hour, minute, second] = momentFields(vm, absolute - epoch, false);
  return absoluteSeconds(year, month, day, hour, minute, second);
}

/** The moment of a local time, counted like {@link absoluteSeconds} (CPython: local_to_seconds). */
export function localToSeconds(vm: VM, year: number, month: number, day: number, hour: number, minute: number, second: number, fold: number): number {
  const t = absoluteSeconds(year, month, day, hour, minute, second);
  const a = local(vm, t) - t;
  const u1 = t - a;
  const t1 = local(vm, u1);
  let b: number;
  if (t1 === t) {
    // One answer; the other one, if there is one, is a day away at most.
    const probe = fold === 1 ? u1 + maxFold : u1 - maxFold;
    b = local(vm, probe) - probe;
    if (a === b) return u1;
  } else b = t1 - u1;
  const u2 = t - b;
  if (local(vm, u2) === t) return u2;
  if (t1 === t) return u1;
  return fold === 1 ? Math.min(u1, u2) : Math.max(u1, u2);
}

/** 1 when the local time of this moment has been there before. */
export function foldAt(vm: VM, timestamp: number, fields: readonly number[]): number {
  if (timestamp - maxFold < -epoch) return 0;
  const [year, month, day, hour, minute, second] = fields;
  const result = absoluteSeconds(year, month, day, hour, minute, second);
  const transition = result - local(vm, epoch + timestamp - maxFold) - maxFold;
  return transition < 0 && local(vm, epoch + timestamp + transition) === result ? 1 : 0;
}

/** Offset in seconds and name of local time at a moment. */
export function localZone(vm: VM, timestamp: number): { offset: number; name: PyValue } {
  const { offset, name } = localTypeAt(vm, timestamp);
  return { offset, name: strFromJS(name) };
}

/** Seconds and microseconds of the present. */
export function present(vm: VM): [number, number] {
  const ns = now(vm);
  const seconds = ns / 1_000_000_000n;
  return [Number(seconds), Number((ns - seconds * 1_000_000_000n) / 1000n)];
}

const outOfRange = 'timestamp out of range for platform time_t';
const fitsTime = (seconds: number): boolean => seconds >= -(2 ** 63) && seconds < 2 ** 63;

/** Whole seconds (floor) of a timestamp argument. */
export function wholeSeconds(vm: VM, value: PyValue): number {
  if (value instanceof PyFloat) {
    if (Number.isNaN(value.value)) throw valueError('Invalid value NaN (not a number)');
    const seconds = Math.floor(value.value);
    if (!fitsTime(seconds)) throw overflowError(outOfRange);
    return seconds;
  }
  return timeArgument(vm, value);
}

function timeArgument(vm: VM, value: PyValue): number {
  const seconds = Number(asIndex(vm, value));
  if (!fitsTime(seconds)) throw overflowError(outOfRange);
  return seconds;
}

/** Seconds and microseconds (half to even) of a timestamp argument. */
export function secondsAndMicroseconds(vm: VM, value: PyValue): [number, number] {
  if (!(value instanceof PyFloat)) return [timeArgument(vm, value), 0];
  if (Number.isNaN(value.value)) throw valueError('Invalid value NaN (not a number)');
  let seconds = Math.trunc(value.value);
  let microseconds = roundHalfEven((value.value - seconds) * 1e6);
  if (microseconds >= 1e6) {
    microseconds -= 1e6;
    seconds++;
  } else if (microseconds < 0) {
    microseconds += 1e6;
    seconds--;
  }
  if (!fitsTime(seconds)) throw overflowError(outOfRange);
  return [seconds, microseconds];
}

function roundHalfEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  if (rest !== 0.5) return Math.round(x);
  return floor % 2 === 0 ? floor : floor + 1;
}
