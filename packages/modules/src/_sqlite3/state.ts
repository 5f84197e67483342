import { PyDict } from '@py/vm/native';
import type { VM } from '@py/vm/native';
import { Sqlite } from './sqlite.ts';

/** What all connections of a VM have in common. */
export interface ModuleState {
  /** By type and protocol: `_sqlite3.adapters`. */
  readonly adapters: PyDict;
  /** By the names of types in capitals: `_sqlite3.converters`. */
  readonly converters: PyDict;
  /** `enable_callback_tracebacks` */
  tracebacks: boolean;
  /** There is an adapter for int, float, str or bytearray, which otherwise are not asked about. */
  adaptsBasicTypes: boolean;
}

export const moduleState = (vm: VM): ModuleState => vm.state('_sqlite3', () => ({ adapters: new PyDict(), converters: new PyDict(), tracebacks: false, adaptsBasicTypes: false }));

/** The VM's SQLite, made at its first use. */
export const sqliteOf = (vm: VM): Sqlite => vm.state('_sqlite3.sqlite', () => new Sqlite(vm));
