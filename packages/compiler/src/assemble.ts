import { CodeObject, LocalKind, LocationTableWriter } from '@py/code';
import { FlowGraph } from './flowgraph/block.ts';
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
import type { CodeUnit, InstructionSequence } from './instruction-sequence.ts';
import { writeCode, writeExceptionTable, writeLocationTable } from './tables.ts';

/** What making one code object leaves for making the next. */
export class AssemblyTools {
  readonly graph: FlowGraph;
  readonly locations = new LocationTableWriter();

  /** `code`: any; the first to be assembled, for instance. */
  constructor(code: InstructionSequence) {
    this.graph = new FlowGraph(code);
  }
}

/**
 * Optimises what the code generator wrote and makes the code object of it. The unit is used up: its instructions and constants
 * are changed (CPython 3.12: Python/compile.c, optimize_and_assemble_code_unit).
 */
export function assemble(unit: CodeUnit, { graph, locations }: AssemblyTools): CodeObject {
  buildFlowGraph(graph, unit.instructions);
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
    co_linetable: writeLocationTable(graph, unit.firstlineno, locations),
    co_exceptiontable: writeExceptionTable(graph, length),
  });
}

/** Names and kinds of locals, cells and free variables, each name once (CPython 3.12: Python/assemble.c, compute_localsplus_info). */
function localsPlus({ varnames, cellvars, freevars, fastHidden }: CodeUnit): { readonly names: string[]; readonly kinds: Uint8Array } {
  const names = Array.from(varnames.keys());
  for (const name of cellvars.keys()) if (!varnames.has(name)) names.push(name);
  for (const name of freevars.keys()) names.push(name);
  const kinds = new Uint8Array(names.length);
  for (let i = 0; i < names.length; i++) {
    const name = names[i];
    if (i >= names.length - freevars.size) kinds[i] = LocalKind.FREE;
    else if (i >= varnames.size) kinds[i] = LocalKind.CELL;
    else kinds[i] = LocalKind.LOCAL | (fastHidden.has(name) ? LocalKind.HIDDEN : 0) | (cellvars.has(name) ? LocalKind.CELL : 0);
  }
  return { names, kinds };
}
