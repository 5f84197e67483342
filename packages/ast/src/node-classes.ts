import * as nodes from './generated/nodes.ts';
import type { AnyNode } from './generated/nodes.ts';
import type { NodeInfo } from './generated/fields.ts';
import { nodeInfo } from './generated/fields.ts';

/** Values of a node's fields and positions, by name. */
export type FieldValues = Readonly<Record<string, unknown>>;

/** A new node of the class called `nodeType`; what `values` lacks is undefined in it. */
export function createNode(nodeType: AnyNode['nodeType'], values: FieldValues): AnyNode {
  const info: NodeInfo = nodeInfo[nodeType];
  const args = info.fields.map(({ name }) => values[name]);
  if (info.located) args.push(values.lineno, values.col_offset, values.end_lineno, values.end_col_offset);
  // `arguments` is reserved in modules, so its class has another name. Constructors take fields and positions in this order.
  const name = nodeType === 'arguments' ? 'arguments_' : nodeType;
  return new (nodes[name] as unknown as new (...args: unknown[]) => AnyNode)(...args);
}

/** Whether a value has the shape of a node. */
export function isNode(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null && typeof (value as AnyNode).nodeType === 'string' && Object.hasOwn(nodeInfo, (value as AnyNode).nodeType);
}
