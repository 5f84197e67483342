import { localTypeAt } from '../zones/local.ts';
import type { Sqlite } from './sqlite.ts';

/** C's `localtime_r`, for SQL's `datetime('now', 'localtime')`. */
export function fillTime(sqlite: Sqlite, time: number, result: number): number {
  const seconds = Number(sqlite.numbers.getBigInt64(time, true));
  const { offset, dst } = localTypeAt(sqlite.vm, seconds);
  const date = new Date((seconds + offset) * 1000);
  if (Number.isNaN(date.getTime())) return 0;
  const year = date.getUTCFullYear();
  const dayOfYear = Math.floor((date.getTime() - Date.UTC(year, 0)) / 86_400_000);
  const fields = [date.getUTCSeconds(), date.getUTCMinutes(), date.getUTCHours(), date.getUTCDate(), date.getUTCMonth(), year - 1900, date.getUTCDay(), dayOfYear, dst ? 1 : 0];
  fields.forEach((field, index) => sqlite.numbers.setInt32(result + 4 * index, field, true));
  return result;
}
