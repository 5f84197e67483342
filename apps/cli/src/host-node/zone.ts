// Local time as the system's time zone files (TZif, RFC 8536) say: Node knows the offsets but not the names (CET, EDT) nor which are summer time.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Zone {
  readonly offsetMinutes: number;
  readonly name: string;
  readonly dst: boolean;
}

/** The zone in force at a moment (nanoseconds since 1970). Where no zone file is found: Node's offset, without a real name. */
export function localZone(): (ns: bigint) => Zone {
  const file = readZoneFile();
  return (ns) => {
    const milliseconds = Number(ns / 1000000n);
    const offsetMinutes = -new Date(milliseconds).getTimezoneOffset();
    const match = file?.find((zone) => zone.offsetMinutes === offsetMinutes && zone.from <= milliseconds / 1000 && milliseconds / 1000 < zone.until)
      ?? file?.findLast((zone) => zone.offsetMinutes === offsetMinutes);
    if (match) return { offsetMinutes, name: match.name, dst: match.dst };
    const january = -new Date(new Date(milliseconds).getFullYear(), 0, 1).getTimezoneOffset();
    const july = -new Date(new Date(milliseconds).getFullYear(), 6, 1).getTimezoneOffset();
    return { offsetMinutes, name: offsetMinutes === 0 ? 'UTC' : isoOffset(offsetMinutes), dst: january !== july && offsetMinutes === Math.max(january, july) };
  };
}

function isoOffset(minutes: number): string {
  const absolute = Math.abs(minutes);
  const rest = absolute % 60;
  return `${minutes < 0 ? '-' : '+'}${String(Math.floor(absolute / 60)).padStart(2, '0')}${rest ? String(rest).padStart(2, '0') : ''}`;
}

interface ZonePeriod extends Zone {
  /** Seconds since 1970, first included, last not. */
  readonly from: number;
  readonly until: number;
}

function readZoneFile(): ZonePeriod[] | null {
  const named = process.env['TZ']?.replace(/^:/, '');
  if (named === '') return null;
  const path = named === undefined ? '/etc/localtime' : named.startsWith('/') ? named : join('/usr/share/zoneinfo', named);
  try {
    return periods(readFileSync(path));
  } catch {
    return null;
  }
}

/** The 64-bit part of a TZif file: the second of its two blocks. */
function periods(data: Buffer): ZonePeriod[] | null {
  if (data.toString('latin1', 0, 4) !== 'TZif' || data[4] < 0x32) return null;
  const first = counts(data, 0);
  const start = 44 + first.times * 5 + first.types * 6 + first.characters + first.leaps * 8 + first.standard + first.universal;
  const { times, types } = counts(data, start);
  const timesAt = start + 44;
  const indexAt = timesAt + times * 8;
  const typesAt = indexAt + times;
  const namesAt = typesAt + types * 6;
  const result: ZonePeriod[] = [];
  for (let index = -1; index < times; index++) {
    const type = typesAt + 6 * (index < 0 ? 0 : data[indexAt + index]);
    const name = namesAt + data[type + 5];
    result.push({
      offsetMinutes: data.readInt32BE(type) / 60,
      dst: data[type + 4] !== 0,
      name: data.toString('latin1', name, data.indexOf(0, name)),
      from: index < 0 ? -Infinity : Number(data.readBigInt64BE(timesAt + 8 * index)),
      until: index + 1 < times ? Number(data.readBigInt64BE(timesAt + 8 * (index + 1))) : Infinity,
    });
  }
  return result;
}

function counts(data: Buffer, at: number): { universal: number; standard: number; leaps: number; times: number; types: number; characters: number } {
  const [universal, standard, leaps, times, types, characters] = [20, 24, 28, 32, 36, 40].map((offset) => data.readUInt32BE(at + offset));
  return { universal, standard, leaps, times, types, characters };
}
