import type { Import, ImportFrom, Span } from '@py/ast';
import { Op } from '@py/code';
import type { Compiler } from '../compiler.ts';
import { NO_LOCATION } from '../instruction-sequence.ts';
import { messages } from '../messages.ts';
import { Intrinsic1 } from './intrinsics.ts';
import { emitNameOperation } from './names.ts';

export function visitImport(c: Compiler, node: Import): void {
  for (const { name, asname } of node.names) {
    c.loadConst(0n, node);
    c.loadConst(null, node);
    c.emitName(Op.IMPORT_NAME, name, node);
    const [first, ...rest] = name.split('.');
    if (asname === null) emitNameOperation(c, node, first, 'Store');
    else bindSubmodule(c, node, rest, asname);
  }
}

/** `import a.b.c as name`: from a, which is on the stack, to c. */
function bindSubmodule(c: Compiler, loc: Span, path: readonly string[], asname: string): void {
  path.forEach((name, index) => {
    if (index > 0) {
      c.emit(Op.SWAP, 2, loc);
      c.emit(Op.POP_TOP, 0, loc);
    }
    c.emit(Op.IMPORT_FROM, c.unit.nameIndex(name), loc);
  });
  emitNameOperation(c, loc, asname, 'Store');
  if (path.length > 0) c.emit(Op.POP_TOP, 0, loc);
}

export function visitFromImport(c: Compiler, node: ImportFrom): void {
  const { names, module } = node;
  if (module === '__future__' && startsAfter(node, c.symbols.future.location)) throw c.error(messages.futureNotAtBeginning, node);
  c.loadConst(BigInt(node.level ?? 0), node);
  c.loadConst(names.map((alias) => alias.name), node);
  c.emitName(Op.IMPORT_NAME, module ?? '', node);
  if (names.length > 0 && names[0].name.startsWith('*')) {
    c.emit(Op.CALL_INTRINSIC_1, Intrinsic1.IMPORT_STAR, node);
    c.emit(Op.POP_TOP, 0, NO_LOCATION);
    return;
  }
  for (const { name, asname } of names) {
    c.emitName(Op.IMPORT_FROM, name, node);
    emitNameOperation(c, node, asname ?? name, 'Store');
  }
  c.emit(Op.POP_TOP, 0, node);
}

function startsAfter(node: Span, other: Span): boolean {
  return node.lineno > other.end_lineno || (node.lineno === other.end_lineno && node.col_offset > other.end_col_offset);
}
