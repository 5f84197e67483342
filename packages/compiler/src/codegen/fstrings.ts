import type { FormattedValue, JoinedStr } from '@py/ast';
import { Op } from '@py/code';
import type { Compiler } from '../compiler.ts';
import { messages } from '../messages.ts';
import { STACK_USE_GUIDELINE, visitExpression, visitExpressions } from './expressions.ts';

/** An f-string: its parts, then BUILD_STRING; one with very many parts calls `''.join` on a list. */
export function visitJoinedStr(c: Compiler, node: JoinedStr): void {
  const { values } = node;
  if (values.length > STACK_USE_GUIDELINE) {
    c.loadConst('', node);
    c.emitName(Op.LOAD_ATTR, 'join', node, 1, 1);
    c.emit(Op.BUILD_LIST, 0, node);
    for (const value of values) {
      visitExpression(c, value);
      c.emit(Op.LIST_APPEND, 1, node);
    }
    c.emit(Op.CALL, 1, node);
    return;
  }
  visitExpressions(c, values);
  if (values.length !== 1) c.emit(Op.BUILD_STRING, values.length, node);
}

/** FORMAT_VALUE's argument: the conversion in its lower two bits, and whether a format is on the stack. */
const conversions: ReadonlyMap<number, number> = new Map([
  [-1, 0],
  ['s'.charCodeAt(0), 1],
  ['r'.charCodeAt(0), 2],
  ['a'.charCodeAt(0), 3],
]);
const HAS_FORMAT = 4;

export function visitFormattedValue(c: Compiler, node: FormattedValue): void {
  visitExpression(c, node.value);
  const conversion = conversions.get(node.conversion);
  if (conversion === undefined) throw c.systemError(messages.badConversion(node.conversion));
  if (node.format_spec !== null) visitExpression(c, node.format_spec);
  c.emit(Op.FORMAT_VALUE, node.format_spec === null ? conversion : conversion | HAS_FORMAT, node);
}
