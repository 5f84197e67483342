import { plainText, codePoints } from '@py/vm/native';
import type { PyValue } from '@py/vm/native';
import { fromIsoCalendar } from './calendar.ts';

/*
 * Reading of ISO 8601 texts, with the leniencies of CPython 3.12 (Modules/_datetimemodule.c, parse_isoformat_date and
 * parse_isoformat_time). Texts are arrays of code points; a reader gives null for a text it does not understand.
 */

const isDigit = (code: number | undefined): boolean => code !== undefined && code >= 48 && code <= 57;
const DASH = 45, COLON = 58, DOT = 46, COMMA = 44, PLUS = 43, W = 87, Z = 90, T = 84;

/** The code points of a str. */
export function pointsOf(text: PyValue): ArrayLike<number> {
  const plain = plainText(text);
  return plain === null ? codePoints(text) : Array.from({ length: plain.length }, (_, i) => plain.charCodeAt(i));
}

/** `count` digits as a number. */
function digits(text: ArrayLike<number>, at: number, count: number): number | null {
  let value = 0;
  for (let i = at; i < at + count; i++) {
    if (!isDigit(text[i])) return null;
    value = value * 10 + text[i] - 48;
  }
  return value;
}

export type DateParts = readonly [number, number, number];

/** Year, month and day from the first `end` characters. The numbers are not checked. */
export function parseDate(text: ArrayLike<number>, end: number): DateParts | null {
  const year = digits(text, 0, 4);
  if (year === null) return null;
  let at = 4;
  const separated = text[at] === DASH;
  if (separated) at++;
  if (text[at] === W) return parseWeekDate(text, at + 1, end, separated, year);
  const month = digits(text, at, 2);
  if (month === null) return null;
  at += 2;
  if (separated && text[at++] !== DASH) return null;
  const day = digits(text, at, 2);
  return day === null ? null : [year, month, day];
}

function parseWeekDate(text: ArrayLike<number>, start: number, end: number, separated: boolean, year: number): DateParts | null {
  const week = digits(text, start, 2);
  if (week === null) return null;
  let at = start + 2;
  let day = 1;
  if (at < end) {
    if (separated && text[at++] !== DASH) return null;
    const given = digits(text, at, 1);
    if (given === null) return null;
    day = given;
  }
  const date = fromIsoCalendar(year, week, day);
  return typeof date === 'string' ? null : date;
}

/** Where the date of a datetime's text ends. */
export function dateEnd(text: ArrayLike<number>): number {
  const { length } = text;
  if (length === 7) return 7;
  if (text[4] === DASH) {
    if (text[5] !== W) return 10;
    if (length < 8) return -1;
    if (length === 8 || text[8] !== DASH) return 8;
    if (length === 9) return -1;
    return length > 10 && isDigit(text[10]) ? 8 : 10;
  }
  if (text[4] !== W) return 8;
  let at = 7;
  while (at < length && isDigit(text[at])) at++;
  if (at < 9) return at;
  return at % 2 === 0 ? 7 : 8;
}

export interface TimeParts {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly microsecond: number;
  /** Offset in seconds and microseconds, null without a time zone. */
  readonly offset: readonly [number, number] | null;
}

/** A time with or without an offset, from `start` on. */
export function parseTime(text: ArrayLike<number>, start: number): TimeParts | null {
  const end = text.length;
  let zone = start;
  while (zone < end && text[zone] !== PLUS && text[zone] !== DASH && text[zone] !== Z) zone++;
  const clock = parseClock(text, start, zone);
  if (clock === null) return null;
  const [hour, minute, second, microsecond] = clock.values;
  const parts = { hour, minute, second, microsecond };
  if (zone === end) return clock.rest ? null : { ...parts, offset: null };
  if (text[zone] === Z) return zone + 1 === end ? { ...parts, offset: [0, 0] } : null;
  const sign = text[zone] === DASH ? -1 : 1;
  const offset = parseClock(text, zone + 1, end);
  if (offset === null || offset.rest) return null;
  const [hours, minutes, seconds, microseconds] = offset.values;
  return { ...parts, offset: [sign * (hours * 3600 + minutes * 60 + seconds), sign * microseconds] };
}

/** HH[:MM[:SS[.ffffff]]] or without colons; `rest` says that something follows it. */
function parseClock(text: ArrayLike<number>, start: number, end: number): { values: number[]; rest: boolean } | null {
  const values = [0, 0, 0, 0];
  let at = start;
  let separated = false;
  for (let i = 0; i < 3; i++) {
    const value = at + 2 <= end ? digits(text, at, 2) : null;
    if (value === null) return null;
    values[i] = value;
    at += 2;
    const next: number | undefined = text[at++];
    if (i === 0) separated = next === COLON;
    if (at > end) return { values, rest: next !== undefined };
    if (at === end) return { values, rest: true };
    if (next === DOT || next === COMMA) break;
    if (separated && next === COLON) continue;
    if (separated) return null;
    at--;
  }
  const count = Math.min(end - at, 6);
  const fraction = digits(text, at, count);
  if (fraction === null) return null;
  values[3] = fraction * 10 ** (6 - count);
  at += count;
  while (isDigit(text[at])) at++;
  return { values, rest: at < text.length };
}

/** Skips the `T` that may begin a time. */
export function timeStart(text: ArrayLike<number>): number {
  return text[0] === T ? 1 : 0;
}
