import { encodeLocationTable, isCodeObject, locations, type CodeObject, type LocationRun } from '@py/code';
import type { VM } from '@py/vm/native';

/** Whether code of this VM knows columns (PythonConfig.debugRanges). */
export function debugRanges(vm: VM): { kept: boolean } {
  return vm.state('debug ranges', () => ({ kept: true }));
}

/** -X no_debug_ranges: the code, and all code in it, knows its lines only. CPython 3.12: Objects/codeobject.c, remove_column_info. */
export function withoutColumns(code: CodeObject): CodeObject {
  return code.replace({
    co_linetable: encodeLocationTable(code.co_firstlineno, runs(code)),
    co_consts: code.co_consts.map((constant) => (isCodeObject(constant) ? withoutColumns(constant) : constant)),
  });
}

function* runs(code: CodeObject): Generator<LocationRun> {
  for (const { start, end, lineno } of locations(code)) {
    yield { lineno, end_lineno: lineno, col_offset: null, end_col_offset: null, units: (end - start) >> 1 };
  }
}
