import type { ConstantValue } from './constants.ts';
import { Ellipsis } from './constants.ts';
import type { AnyNode } from './generated/nodes.ts';
import type { FieldInfo, NodeInfo } from './generated/fields.ts';
import { nodeInfo } from './generated/fields.ts';
import { createNode } from './node-classes.ts';

/** What `JSON.stringify` takes. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** Deepest tree that can be converted: JavaScript's own stack ends not far beyond. */
const MAX_DEPTH = 2500;

/**
 * A tree as plain JSON: each node an object with `nodeType`, its fields and its positions. A constant is itself if it is None, a bool or a
 * str; else an object that names its type: `{"int": "1"}`, `{"float": "1.5"}`, `{"complex": ["0.0", "1.0"]}`, `{"bytes": [97]}`,
 * `{"ellipsis": true}`, `{"tuple": [...]}`, `{"frozenset": [...]}`, and `{"str": [55357, 56832]}` for code points that a string cannot hold.
 * Throws RangeError for a tree that is nested too deeply.
 */
export function toJson(node: AnyNode): Json {
  return nodeToJson(node, 0);
}

function nodeToJson(node: AnyNode, depth: number): Json {
  if (depth > MAX_DEPTH) throw new RangeError('the tree is nested too deeply');
  const info: NodeInfo = nodeInfo[node.nodeType];
  // The node has what nodeInfo lists.
  const values = node as unknown as Record<string, unknown>;
  const result: Record<string, Json> = { nodeType: node.nodeType };
  for (const field of info.fields) result[field.name] = fieldToJson(field, values[field.name], depth);
  if (info.located) for (const name of positions) result[name] = (values[name] ?? null) as Json;
  return result;
}

const positions = ['lineno', 'col_offset', 'end_lineno', 'end_col_offset'] as const;

function fieldToJson(field: FieldInfo, value: unknown, depth: number): Json {
  if (field.kind === 'constant') return constantToJson(value as ConstantValue);
  if (field.kind !== 'node' || value === null || value === undefined) return (value ?? null) as Json;
  if (Array.isArray(value)) return value.map((item: AnyNode | null) => (item === null ? null : nodeToJson(item, depth + 1)));
  return nodeToJson(value as AnyNode, depth + 1);
}

function constantToJson(value: ConstantValue): Json {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'bigint') return { int: value.toString() };
  if (typeof value === 'number') return { float: floatText(value) };
  if (value instanceof Uint8Array) return { bytes: [...value] };
  if (Array.isArray(value)) return { tuple: (value as readonly ConstantValue[]).map(constantToJson) };
  const special = value as Exclude<typeof value, readonly ConstantValue[]>;
  switch (special.kind) {
    case 'complex':
      return { complex: [floatText(special.real), floatText(special.imag)] };
    case 'ellipsis':
      return { ellipsis: true };
    case 'str':
      return { str: special.codePoints };
    case 'frozenset':
      return { frozenset: special.items.map(constantToJson) };
  }
}

/** JSON has neither infinities nor -0. */
function floatText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

/** The tree of {@link toJson}. Throws TypeError for what is no such JSON; whether the tree is Python's, `validate` tells. */
export function fromJson(json: Json): AnyNode {
  return nodeFromJson(json, 0);
}

function nodeFromJson(json: Json, depth: number): AnyNode {
  if (depth > MAX_DEPTH) throw new RangeError('the tree is nested too deeply');
  if (!isObject(json)) throw new TypeError('a node must be an object');
  const { nodeType } = json;
  if (typeof nodeType !== 'string' || !Object.hasOwn(nodeInfo, nodeType)) throw new TypeError(`there is no node called ${String(nodeType)}`);
  const info: NodeInfo = nodeInfo[nodeType as AnyNode['nodeType']];
  const values: Record<string, unknown> = { ...json };
  for (const field of info.fields) values[field.name] = fieldFromJson(field, json[field.name] ?? null, depth);
  return createNode(nodeType as AnyNode['nodeType'], values);
}

function fieldFromJson(field: FieldInfo, json: Json, depth: number): unknown {
  if (field.kind === 'constant') return constantFromJson(json);
  if (field.quantity === 'many' && !Array.isArray(json)) throw new TypeError(`field ${field.name} must be a list`);
  if (field.kind !== 'node' || json === null) return json;
  if (Array.isArray(json)) return (json as readonly Json[]).map((item) => (item === null ? null : nodeFromJson(item, depth + 1)));
  return nodeFromJson(json, depth + 1);
}

function constantFromJson(json: Json): ConstantValue {
  if (json === null || typeof json === 'boolean' || typeof json === 'string') return json;
  if (isObject(json)) {
    const { int, float, complex, bytes, ellipsis, str, tuple, frozenset } = json;
    if (typeof int === 'string') return BigInt(int);
    if (typeof float === 'string') return Number(float);
    if (Array.isArray(complex)) return { kind: 'complex', real: Number(complex[0]), imag: Number(complex[1]) };
    if (Array.isArray(bytes)) return Uint8Array.from(bytes as readonly number[]);
    if (ellipsis === true) return Ellipsis;
    if (Array.isArray(str)) return { kind: 'str', codePoints: str as readonly number[] };
    if (Array.isArray(tuple)) return (tuple as readonly Json[]).map(constantFromJson);
    if (Array.isArray(frozenset)) return { kind: 'frozenset', items: (frozenset as readonly Json[]).map(constantFromJson) };
  }
  throw new TypeError(`this is no constant: ${JSON.stringify(json)}`);
}

function isObject(json: Json): json is { readonly [name: string]: Json } {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
