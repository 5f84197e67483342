/* `time.strftime` in the C locale, with the flags and widths of glibc (`%-d`, `%_5H`, `%^a`). */

/** A broken-down time: `weekday` counts from Monday (0), `yearDay` and `month` from 1. */
export interface BrokenDownTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly weekday: number;
  readonly yearDay: number;
  /** Name of the zone and its offset from UTC in seconds. */
  readonly zone: string;
  readonly offset: number;
}

export const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const weekdayNames = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
export const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const monthNames = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];

/** Days from 1970-01-01 to a date; `month` counts from 0 here. */
export const daysBefore = (year: number, month: number, day: number): number =>
  Math.floor(Date.UTC(2000 + (((year % 400) + 400) % 400), month, day) / 86400000) + Math.floor(year / 400) * 146097 - 5 * 146097;

/** Conversions that stand for others. */
const compounds: Readonly<Record<string, string>> = { c: '%a %b %e %H:%M:%S %Y', D: '%m/%d/%y', x: '%m/%d/%y', F: '%Y-%m-%d', r: '%I:%M:%S %p', R: '%H:%M', T: '%H:%M:%S', X: '%H:%M:%S' };

/** Conversions that know no other era, and no other digits. */
const withoutEra = 'aAbBdDeFgGhHIjklmMSUVwW';
const withoutDigits = 'aAcDFxXY';

/** What stands between `%` and the conversion. */
interface Options {
  /** How numbers are filled up: `'0'`, `'_'` with spaces, `'-'` not at all; null as the conversion does it. */
  readonly fill: string | null;
  readonly upper: boolean;
  /** The other case. */
  readonly change: boolean;
  readonly width: number;
}

/** ISO 8601 week number and year. */
function isoWeek({ year, yearDay, weekday }: BrokenDownTime): [number, number] {
  const week = Math.floor((yearDay - (weekday + 1) + 10) / 7);
  // Weekday of the last of December, Sunday being 0: years that end or begin with a Thursday have 53 weeks.
  const lastDay = (y: number): number => (((y + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400)) % 7) + 7) % 7;
  const weeksIn = (y: number): number => (lastDay(y) === 4 || lastDay(y - 1) === 3 ? 53 : 52);
  if (week < 1) return [year - 1, weeksIn(year - 1)];
  return week > weeksIn(year) ? [year + 1, 1] : [year, week];
}

/** Digits that a number has at least, what fills it up to them, and the number. */
type NumberField = readonly [digits: number, fill: '0' | ' ', value: number];

const century = (year: number): number => ((year % 100) + 100) % 100;

function numberField(time: BrokenDownTime, code: string): NumberField | null {
  const { year, month, day, hour, minute, second, weekday, yearDay, offset } = time;
  const hour12 = hour % 12 === 0 ? 12 : hour % 12;
  const sunday = (weekday + 1) % 7;
  switch (code) {
    case 'C': return [2, '0', Math.floor(year / 100)];
    case 'd': return [2, '0', day];
    case 'e': return [2, ' ', day];
    case 'g': return [2, '0', century(isoWeek(time)[0])];
    case 'G': return [1, '0', isoWeek(time)[0]];
    case 'H': return [2, '0', hour];
    case 'I': return [2, '0', hour12];
    case 'j': return [3, '0', yearDay];
    case 'k': return [2, ' ', hour];
    case 'l': return [2, ' ', hour12];
    case 'm': return [2, '0', month];
    case 'M': return [2, '0', minute];
    case 's': return [1, '0', daysBefore(year, month - 1, day) * 86400 + hour * 3600 + minute * 60 + second - offset];
    case 'S': return [2, '0', second];
    case 'u': return [1, '0', weekday + 1];
    case 'U': return [2, '0', Math.floor((yearDay + 6 - sunday) / 7)];
    case 'V': return [2, '0', isoWeek(time)[1]];
    case 'w': return [1, '0', sunday];
    case 'W': return [2, '0', Math.floor((yearDay + 6 - weekday) / 7)];
    case 'y': return [2, '0', century(year)];
    case 'Y': return [1, '0', year];
    default: return null;
  }
}

function numberText([digits, natural, value]: NumberField, { fill, width }: Options): string {
  const text = String(value);
  // `%-5d` is filled with spaces, since it has a width.
  if (fill === '-' && width < 0) return text;
  const size = Math.max(digits, width);
  const zeros = fill === null ? natural === '0' : fill === '0';
  if (!zeros) return text.padStart(size);
  return value < 0 ? `-${text.slice(1).padStart(size - 1, '0')}` : text.padStart(size, '0');
}

function zoneOffset(offset: number, options: Options): string {
  const size = Math.abs(offset);
  const digits = Math.floor(size / 3600) * 100 + Math.floor((size % 3600) / 60);
  return filled(offset < 0 ? '-' : '+', options) + numberText([4, '0', digits], options);
}

function filled(text: string, { fill, width }: Options): string {
  return text.padStart(width, fill === '0' ? '0' : ' ');
}

function textField(time: BrokenDownTime, code: string, { upper, change }: Options): string | null {
  const capitals = (text: string): string => (upper || change ? text.toUpperCase() : text);
  switch (code) {
    case 'a': return capitals(weekdays[time.weekday]);
    case 'A': return capitals(weekdayNames[time.weekday]);
    case 'b': case 'h': return capitals(months[time.month - 1]);
    case 'B': return capitals(monthNames[time.month - 1]);
    case 'n': return '\n';
    case 'p': return change ? (time.hour < 12 ? 'am' : 'pm') : time.hour < 12 ? 'AM' : 'PM';
    case 'P': return time.hour < 12 ? 'am' : 'pm';
    case 't': return '\t';
    case 'Z': return change ? time.zone.toLowerCase() : upper ? time.zone.toUpperCase() : time.zone;
    case '%': return '%';
    default: return null;
  }
}

function converted(time: BrokenDownTime, modifier: string, code: string, options: Options): string | null {
  if ((modifier === 'E' && withoutEra.includes(code)) || (modifier === 'O' && withoutDigits.includes(code))) return null;
  if (code === 'z') return zoneOffset(time.offset, options);
  const number = numberField(time, code);
  if (number !== null) return numberText(number, options);
  const compound = compounds[code];
  if (compound !== undefined) {
    const text = strftime(compound, time);
    return filled(options.upper ? text.toUpperCase() : text, options);
  }
  const text = textField(time, code, options);
  return text === null ? null : filled(text, options);
}

/** Writes a time by a format. What is no conversion stays as it is. */
export function strftime(format: string, time: BrokenDownTime): string {
  return format.replace(/%([_\-0^#]*)(\d*)([EO]?)([^])?/gu, (all: string, flags: string, width: string, modifier: string, code: string | undefined) => {
    const fills = [...flags].filter((flag) => flag !== '^' && flag !== '#');
    const options: Options = { fill: fills.at(-1) ?? null, upper: flags.includes('^'), change: flags.includes('#'), width: width === '' ? -1 : Number(width) };
    return (code === undefined ? null : converted(time, modifier, code, options)) ?? filled(all, options);
  });
}
