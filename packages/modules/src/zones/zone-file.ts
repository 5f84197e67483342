import { parseRule, ruleAt } from './rule.ts';
import type { ZoneRule, ZoneType } from './rule.ts';

/* The files of the time zone database (TZif: RFC 8536). */

/** A zone with its history. */
export interface ZoneData {
  /** Seconds since 1970, in order, and the type that each of them begins. */
  readonly transitions: readonly number[];
  readonly begins: readonly number[];
  readonly types: readonly ZoneType[];
  /** What holds after the last transition; null for the last type. */
  readonly rule: ZoneRule | null;
}

/** Null for what is no such file. */
export function parseZoneFile(bytes: Uint8Array): ZoneData | null {
  if (bytes.length < 44 || String.fromCharCode(...bytes.subarray(0, 4)) !== 'TZif') return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const first = readBlock(view, 0, 4);
  if (bytes[4] === 0) return first.data;
  const { data, end } = readBlock(view, first.end, 8);
  const footer = String.fromCharCode(...bytes.subarray(end)).split('\n')[1] ?? '';
  return { ...data, rule: footer === '' ? null : parseRule(footer) };
}

/** A block whose times have so many bytes, and where it ends. */
function readBlock(view: DataView, start: number, width: 4 | 8): { readonly data: ZoneData; readonly end: number } {
  const [universal, standard, leaps, times, types, characters] = [20, 24, 28, 32, 36, 40].map((at) => view.getUint32(start + at));
  const timesAt = start + 44;
  const beginsAt = timesAt + times * width;
  const typesAt = beginsAt + times;
  const namesAt = typesAt + types * 6;
  const nameAt = (at: number): string => {
    let name = '';
    for (let i = namesAt + at; view.getUint8(i) !== 0; i++) name += String.fromCharCode(view.getUint8(i));
    return name;
  };
  const data: ZoneData = {
    transitions: Array.from({ length: times }, (_, i) => (width === 4 ? view.getInt32(timesAt + i * 4) : Number(view.getBigInt64(timesAt + i * 8)))),
    begins: Array.from({ length: times }, (_, i) => view.getUint8(beginsAt + i)),
    types: Array.from({ length: types }, (_, i) => ({ offset: view.getInt32(typesAt + i * 6), dst: view.getUint8(typesAt + i * 6 + 4) !== 0, name: nameAt(view.getUint8(typesAt + i * 6 + 5)) })),
    rule: null,
  };
  return { data, end: namesAt + characters + leaps * (width + 4) + standard + universal };
}

/** What clocks show at a moment (seconds since 1970). */
export function zoneTypeAt(zone: ZoneData, at: number): ZoneType {
  const { transitions, begins, types, rule } = zone;
  let low = 0;
  let high = transitions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (transitions[middle] <= at) low = middle + 1;
    else high = middle;
  }
  if (low === transitions.length && rule !== null) return ruleAt(rule, at);
  return types[low === 0 ? 0 : begins[low - 1]];
}
