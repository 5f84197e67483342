import type { AnyNode } from './generated/nodes.ts';
import type { FieldInfo } from './generated/fields.ts';
import { nodeInfo } from './generated/fields.ts';
import { createNode, isNode } from './node-classes.ts';
import { iterChildNodes } from './walk.ts';
import type { NodeOf } from './walk.ts';

/** Functions by node name; each gets the visitor's context. */
export type NodeVisitor<Result, Context = undefined> = {
  readonly [Type in AnyNode['nodeType']]?: (node: NodeOf<Type>, context: Context) => Result;
} & {
  /** For nodes without a function of their own. By default their children are visited and the result is undefined. */
  readonly otherwise?: (node: AnyNode, context: Context) => Result;
};

/**
 * Calls the function for a node, as Python's `ast.NodeVisitor.visit`: the function decides whether to go on to the children, with
 * {@link visitChildren}. Gives what the function gave, undefined for a node without one.
 */
export function visit<Result, Context = undefined>(node: AnyNode, visitor: NodeVisitor<Result, Context>, context: Context): Result | undefined {
  // The function for a node's name takes nodes of that name.
  const own = (visitor[node.nodeType] ?? visitor.otherwise) as ((node: AnyNode, context: Context) => Result) | undefined;
  if (own !== undefined) return own(node, context);
  visitChildren(node, visitor, context);
  return undefined;
}

/** Visits the nodes directly below, as Python's `generic_visit`. */
export function visitChildren<Result, Context = undefined>(node: AnyNode, visitor: NodeVisitor<Result, Context>, context: Context): void {
  for (const child of iterChildNodes(node)) visit(child, visitor, context);
}

/**
 * Functions by node name that give what stands in the node's place: a node, nothing (null), or in a list several. `withChildren` gives the
 * node with its children transformed.
 */
export type NodeTransformer = {
  readonly [Type in AnyNode['nodeType']]?: (node: NodeOf<Type>, withChildren: () => NodeOf<Type>) => AnyNode | readonly AnyNode[] | null;
};

/**
 * A tree with some nodes replaced, as Python's `ast.NodeTransformer`. The tree given is not changed; parts without a change are shared.
 * A node without a function keeps its place and has its children transformed. Throws TypeError where a list cannot stand.
 */
export function transform<Node extends AnyNode>(tree: Node, transformer: NodeTransformer): Node {
  const result = transformed(tree, transformer);
  if (!isNode(result)) throw new TypeError('the root of a tree must be replaced by one node');
  // The transformer answers for the class of what it puts in a place, as in Python.
  return result as Node;
}

function transformed(node: AnyNode, transformer: NodeTransformer): AnyNode | readonly AnyNode[] | null {
  const own = transformer[node.nodeType] as ((node: AnyNode, withChildren: () => AnyNode) => AnyNode | readonly AnyNode[] | null) | undefined;
  return own === undefined ? withChildren(node, transformer) : own(node, () => withChildren(node, transformer));
}

function withChildren(node: AnyNode, transformer: NodeTransformer): AnyNode {
  let changes = null as Record<string, unknown> | null;
  for (const field of nodeInfo[node.nodeType].fields as readonly FieldInfo[]) {
    if (field.kind !== 'node') continue;
    // The node has the field: nodeInfo lists what its class declares.
    const before = (node as unknown as Record<string, AnyNode | readonly (AnyNode | null)[] | null>)[field.name]!;
    if (before === null) continue;
    const after = isNode(before) ? one(before, field, transformer) : list(before as readonly (AnyNode | null)[], transformer);
    if (after !== before) changes = { ...changes, [field.name]: after };
  }
  return changes === null ? node : createNode(node.nodeType, { ...(node as unknown as Record<string, unknown>), ...changes });
}

function one(node: AnyNode, field: FieldInfo, transformer: NodeTransformer): AnyNode | null {
  const result = transformed(node, transformer);
  if (Array.isArray(result)) throw new TypeError(`field ${field.name} takes one node, not several`);
  return result as AnyNode | null;
}

function list(nodes: readonly (AnyNode | null)[], transformer: NodeTransformer): readonly (AnyNode | null)[] {
  const results: (AnyNode | null)[] = [];
  for (const node of nodes) {
    const result = node === null ? null : transformed(node, transformer);
    if (node === null) results.push(null);
    else if (isNode(result)) results.push(result);
    else if (result !== null) results.push(...(result as readonly AnyNode[]));
  }
  return results.length === nodes.length && results.every((node, index) => node === nodes[index]) ? nodes : results;
}
