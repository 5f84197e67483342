/* Time zones as POSIX writes them: `EST5EDT,M3.2.0,M11.1.0`. */

/** What clocks show. */
export interface ZoneType {
  /** Seconds to add to UTC. */
  readonly offset: number;
  readonly name: string;
  readonly dst: boolean;
}

/** When, in every year, summer time begins or ends. */
type YearDay =
  /** Counted from 1, February 29 never; counted from 0, with it; day `weekday` (Sunday is 0) of week 1 to 5 (the last) of a month. */
  ({ readonly kind: 'julian'; readonly day: number } | { readonly kind: 'day'; readonly day: number } | { readonly kind: 'month'; readonly month: number; readonly week: number; readonly weekday: number })
  /** Seconds of local time from the beginning of that day; may be negative or more than a day. */
  & { readonly time: number };

/** A zone that has the same rule in all years. */
export interface ZoneRule {
  readonly standard: ZoneType;
  readonly summer: { readonly type: ZoneType; readonly start: YearDay; readonly end: YearDay } | null;
}

/** Reads a rule; null where the text is none. A summer time that does not say when it is follows the United States, as in glibc. */
export function parseRule(text: string): ZoneRule | null {
  const pattern = /^(?<std>[A-Za-z]{3,}|<[A-Za-z0-9+-]{3,}>)(?<stdOffset>[+-]?\d{1,3}(?::\d{1,2}){0,2})(?:(?<dst>[A-Za-z]{3,}|<[A-Za-z0-9+-]{3,}>)(?<dstOffset>[+-]?\d{1,3}(?::\d{1,2}){0,2})?(?:,(?<start>[^,]+),(?<end>[^,]+))?)?$/;
  const groups = pattern.exec(text)?.groups as Readonly<Record<string, string | undefined>> | undefined;
  if (groups === undefined) return null;
  const name = (given: string): string => given.replace(/[<>]/g, '');
  const standard: ZoneType = { offset: 0 - parseClock(groups['stdOffset'] as string), name: name(groups['std'] as string), dst: false };
  if (groups['dst'] === undefined) return { standard, summer: null };
  const start = parseYearDay(groups['start'] ?? 'M3.2.0');
  const end = parseYearDay(groups['end'] ?? 'M11.1.0');
  if (start === null || end === null) return null;
  const offset = groups['dstOffset'] === undefined ? standard.offset + 3600 : 0 - parseClock(groups['dstOffset']);
  return { standard, summer: { type: { offset, name: name(groups['dst']), dst: true }, start, end } };
}

/** `[+-]h[:m[:s]]` in seconds. */
function parseClock(text: string): number {
  const [hours, minutes = 0, seconds = 0] = text.replace(/^[+-]/, '').split(':').map(Number);
  return (text.startsWith('-') ? -1 : 1) * (hours * 3600 + minutes * 60 + seconds);
}

function parseYearDay(text: string): YearDay | null {
  const groups = /^(?:J(?<julian>\d{1,3})|(?<day>\d{1,3})|M(?<month>\d{1,2})\.(?<week>[1-5])\.(?<weekday>[0-6]))(?:\/(?<time>[+-]?\d{1,3}(?::\d{1,2}){0,2}))?$/.exec(text)?.groups;
  if (groups === undefined) return null;
  const given = groups as Readonly<Record<string, string | undefined>>;
  const time = given['time'] === undefined ? 7200 : parseClock(given['time']);
  if (given['julian'] !== undefined) return { kind: 'julian', day: Number(given['julian']), time };
  if (given['day'] !== undefined) return { kind: 'day', day: Number(given['day']), time };
  return { kind: 'month', month: Number(given['month']), week: Number(given['week']), weekday: Number(given['weekday']), time };
}

/** What clocks show at a moment (seconds since 1970). */
export function ruleAt(rule: ZoneRule, at: number): ZoneType {
  const { standard, summer } = rule;
  if (summer === null) return standard;
  // glibc takes the days of 1970 for all years before.
  const year = Math.max(1970, new Date((at + standard.offset) * 1000).getUTCFullYear());
  const begins = momentOf(summer.start, year) - standard.offset;
  const ends = momentOf(summer.end, year) - summer.type.offset;
  const inSummer = begins < ends ? begins <= at && at < ends : at < ends || begins <= at;
  return inSummer ? summer.type : standard;
}

/** The moment in a year, by the clock that is in force: seconds since 1970 as if that clock showed UTC. */
function momentOf(rule: YearDay, year: number): number {
  return dayOf(rule, year) * 86400 + rule.time;
}

/** Days since 1970. */
function dayOf(rule: YearDay, year: number): number {
  if (rule.kind === 'month') {
    const first = daysBefore(year, rule.month - 1);
    const firstWeekday = (((first + 4) % 7) + 7) % 7;
    let day = ((rule.weekday - firstWeekday + 7) % 7) + (rule.week - 1) * 7;
    if (day >= daysBefore(year, rule.month) - first) day -= 7;
    return first + day;
  }
  if (rule.kind === 'day') return daysBefore(year, 0) + rule.day;
  const leap = daysBefore(year + 1, 0) - daysBefore(year, 0) === 366;
  return daysBefore(year, 0) + rule.day - 1 + (leap && rule.day >= 60 ? 1 : 0);
}

/** Days from 1970 to the first of a month, counted from 0. */
function daysBefore(year: number, month: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month, 1);
  return date.getTime() / 86_400_000;
}
