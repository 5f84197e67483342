import type { SqliteCode, SqliteImports } from '@py/code';
import { instantiate } from './generated/sqlite3.js';

/** A SQLite of its own: nothing is shared with others. It does not reach anything but `imports`. */
export function createSqlite(imports: SqliteImports): SqliteCode {
  let high = 0;
  const code = instantiate({ ...imports, setTempRet0: (value) => void (high = value) });
  const { memory, __indirect_function_table: table, ...functions } = code;
  return {
    functions,
    memory,
    high: () => high,
    pointerTo(callback) {
      const pointer = table.grow(1);
      table.set(pointer, callback);
      return pointer;
    },
  };
}
