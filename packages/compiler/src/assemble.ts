import { CodeObject, LocalKind } from '@py/code';
import { buildFlowGraph } from './flowgraph/build.ts';
import { moveColdBlocks } from './flowgraph/cold.ts';
import { labelHandlers } from './flowgraph/exceptions.ts';
import { removePseudoInstructions, resolveJumps } from './flowgraph/jumps.ts';
import { resolveLines } from './flowgraph/lines.ts';
import { checkUnboundLocals } from './flowgraph/locals.ts';
import { optimizeGraph } from './flowgraph/optimize.ts';
import { addPrefix, isGeneratorLike } from './flowgraph/prefix.ts';
import { computeStackDepth } from './flowgraph/stack-depth.ts';
import { removeUnusedConstants } from './flowgraph/unused-constants.ts';
import type { CodeUnit } from './instruction-sequence.ts';
import { writeCode, writeExceptionTable, writeLocationTable } from './tables.ts';

/**
 * Optimises what the code generator wrote and makes the code object of it. The unit is used up: its instructions and constants
 * are changed (CPython 3.12: Python/compile.c, optimize_and_assemble_code_unit).
 */
export function assemble(unit: CodeUnit): CodeObject {
  const graph = buildFlowGraph(unit.instructions);
  labelHandlers(graph);
  optimizeGraph(graph, unit.constants);
  const co_consts = removeUnusedConstants(graph, unit.constants.values);
  checkUnboundLocals(graph, unit.varnames.size, unit.parameterCount);
  moveColdBlocks(graph);
  resolveLines(graph, unit.firstlineno);

  addPrefix(graph, unit);
  const co_stacksize = computeStackDepth(graph, isGeneratorLike(unit) ? 1 : 0);
  removePseudoInstructions(graph);
  const length = resolveJumps(graph);
  const locals = localsPlus(unit);
  return new CodeObject({
    co_argcount: unit.argcount,
    co_posonlyargcount: unit.posonlyargcount,
    co_kwonlyargcount: unit.kwonlyargcount,
    co_stacksize,
    co_flags: unit.flags,
    co_code: writeCode(graph, length),
    co_consts,
    co_names: Array.from(unit.names.keys()),
    co_localsplusnames: locals.names,
    co_localspluskinds: locals.kinds,
    co_filename: unit.filename,
    co_name: unit.name,
    co_qualname: unit.qualname,
    co_firstlineno: unit.firstlineno,
    co_linetable: writeLocationTable(graph, unit.firstlineno, length),
    co_exceptiontable: writeExceptionTable(graph, length),
  });
}

/** Names and kinds of locals, cells and free variables, each name once (CPython 3.12: Python/assemble.c, compute_localsplus_info). */
function localsPlus({ varnames, cellvars, freevars, fastHidden }: CodeUnit): { readonly names: string[]; readonly kinds: Uint8Array } {
  const names = Array.from(varnames.keys());
  const kinds: number[] = names.map((name) => {
    return LocalKind.LOCAL | (fastHidden.has(name) ? LocalKind.HIDDEN : 0) | (cellvars.has(name) ? LocalKind.CELL : 0);
  });
  if (cellvars.size > 0) {
    for (const name of cellvars.keys()) {
      if (varnames.has(name)) continue;
      names.push(name);
      kinds.push(LocalKind.CELL);
    }
  }
  if (freevars.size > 0) {
    for (const name of freevars.keys()) {
      names.push(name);
      kinds.push(LocalKind.FREE);
    }
  }
  return { names, kinds: Uint8Array.from(kinds) };
}
