import type { AnyNode } from './generated/nodes.ts';
import type { FieldInfo } from './generated/fields.ts';
import { nodeInfo } from './generated/fields.ts';

/** The class of nodes called `Name`, for example. */
export type NodeOf<Type extends AnyNode['nodeType']> = Extract<AnyNode, { readonly nodeType: Type }>;

/** Functions by node name, called for each such node; one that returns false keeps {@link walk} out of the node's children. */
export type WalkVisitor = {
  readonly [Type in AnyNode['nodeType']]?: (node: NodeOf<Type>) => boolean | void;
};

/**
 * Visits a tree from the top down, children in the order of their fields. No recursion: a tree may be of any depth.
 * Unlike Python's `ast.walk`, which goes level by level, this follows the source.
 */
export function walk(tree: AnyNode, visitor: WalkVisitor): void {
  const pending: AnyNode[] = [tree];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    // The visitor's function for a node's name takes nodes of that name.
    const visit = visitor[node.nodeType] as ((node: AnyNode) => boolean | void) | undefined;
    if (visit?.(node) === false) continue;
    const start = pending.length;
    forEachChild(node, (child) => pending.push(child));
    reverse(pending, start);
  }
}

/** Python's `ast.iter_child_nodes`: the nodes directly below, in the order of the fields. */
export function iterChildNodes(node: AnyNode): AnyNode[] {
  const children: AnyNode[] = [];
  forEachChild(node, (child) => children.push(child));
  return children;
}

/** Calls `visit` for each node directly below `node`. */
export function forEachChild(node: AnyNode, visit: (child: AnyNode) => void): void {
  for (const field of nodeInfo[node.nodeType].fields as readonly FieldInfo[]) {
    if (field.kind !== 'node') continue;
    // The node has the field: nodeInfo lists what its class declares.
    const value = (node as unknown as Record<string, AnyNode | readonly (AnyNode | null)[] | null>)[field.name];
    if (value === null || value === undefined) continue;
    if ('nodeType' in value) visit(value);
    else for (const item of value) if (item !== null) visit(item);
  }
}

function reverse(array: AnyNode[], start: number): void {
  for (let left = start, right = array.length - 1; left < right; left++, right--) {
    const item = array[left]!;
    array[left] = array[right]!;
    array[right] = item;
  }
}
