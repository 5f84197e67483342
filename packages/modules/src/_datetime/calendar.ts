import { valueError } from '@py/vm/native';

/* The proleptic Gregorian calendar, by numbers. Years 1 to 9999, months and days from 1; ordinal 1 is 0001-01-01. */

export const MINYEAR = 1;
export const MAXYEAR = 9999;
export const maxOrdinal = 3652059;

const daysBefore = [0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
const monthDays = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

export function daysInMonth(year: number, month: number): number {
  return month === 2 && isLeap(year) ? 29 : monthDays[month];
}

/** Days of the year before a month. */
export function daysBeforeMonth(year: number, month: number): number {
  return daysBefore[month] + (month > 2 && isLeap(year) ? 1 : 0);
}

function daysBeforeYear(year: number): number {
  const y = year - 1;
  return y * 365 + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400);
}

export function toOrdinal(year: number, month: number, day: number): number {
  return daysBeforeYear(year) + daysBeforeMonth(year, month) + day;
}

/** Year, month and day of an ordinal that is at least 1. */
export function fromOrdinal(ordinal: number): [number, number, number] {
  // Days since 0000-03-01: leap days come last in such years.
  const z = ordinal + 305;
  const era = Math.floor(z / 146097);
  const doe = z - era * 146097;
  const yoe = Math.floor((doe - Math.floor(doe / 1460) + Math.floor(doe / 36524) - Math.floor(doe / 146096)) / 365);
  const doy = doe - (365 * yoe + Math.floor(yoe / 4) - Math.floor(yoe / 100));
  const shifted = Math.floor((5 * doy + 2) / 153);
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  return [yoe + era * 400 + (month <= 2 ? 1 : 0), month, doy - Math.floor((153 * shifted + 2) / 5) + 1];
}

/** Monday is 0. */
export function weekday(year: number, month: number, day: number): number {
  return (toOrdinal(year, month, day) + 6) % 7;
}

/** Ordinal of the Monday with which the ISO year begins. */
function isoYearStart(year: number): number {
  const first = toOrdinal(year, 1, 1);
  const firstDay = (first + 6) % 7;
  return first - firstDay + (firstDay > 3 ? 7 : 0);
}

/** ISO year, week and day (Monday is 1). */
export function isoCalendar(year: number, month: number, day: number): [number, number, number] {
  const today = toOrdinal(year, month, day);
  let isoYear = year;
  let start = isoYearStart(year);
  if (today < start) start = isoYearStart(--isoYear);
  else if (today >= isoYearStart(year + 1)) start = isoYearStart(++isoYear);
  return [isoYear, Math.floor((today - start) / 7) + 1, ((today - start) % 7) + 1];
}

/** The date of an ISO year, week and day; which of them is wrong otherwise. */
export function fromIsoCalendar(year: number, week: number, day: number): [number, number, number] | 'year' | 'week' | 'day' {
  if (year < MINYEAR || year > MAXYEAR) return 'year';
  if (week <= 0 || week >= 53) {
    const first = weekday(year, 1, 1);
    const long = first === 3 || (first === 2 && isLeap(year));
    if (week !== 53 || !long) return 'week';
  }
  if (day <= 0 || day >= 8) return 'day';
  return fromOrdinal(isoYearStart(year) + (week - 1) * 7 + day - 1);
}

export function checkDate(year: number, month: number, day: number): void {
  if (year < MINYEAR || year > MAXYEAR) throw valueError(`year ${year} is out of range`);
  if (month < 1 || month > 12) throw valueError('month must be in 1..12');
  if (day < 1 || day > daysInMonth(year, month)) throw valueError('day is out of range for month');
}

export function checkTime(hour: number, minute: number, second: number, microsecond: number, fold: number): void {
  if (hour < 0 || hour > 23) throw valueError('hour must be in 0..23');
  if (minute < 0 || minute > 59) throw valueError('minute must be in 0..59');
  if (second < 0 || second > 59) throw valueError('second must be in 0..59');
  if (microsecond < 0 || microsecond > 999999) throw valueError('microsecond must be in 0..999999');
  if (fold !== 0 && fold !== 1) throw valueError('fold must be either 0 or 1');
}

export const two = (value: number): string => (value < 10 ? `0${value}` : String(value));
export const padded = (value: number, width: number): string => String(value).padStart(width, '0');
