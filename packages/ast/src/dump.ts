import type { AnyNode } from './generated/nodes.ts';
import type { ConstantValue } from './constants.ts';
import type { FieldInfo, NodeInfo } from './generated/fields.ts';
import { nodeInfo } from './generated/fields.ts';
import { reprConstant, reprString } from './repr.ts';

/** The keyword arguments of `ast.dump`. */
export interface DumpOptions {
  /** Show the names of fields: `Name(id='x', ctx=Load())` rather than `Name('x', Load())`. Default true. */
  readonly annotate_fields?: boolean;
  /** Show the four positions. Default false. */
  readonly include_attributes?: boolean;
  /** One line a field, indented by so many blanks or by this text; null for everything on one line. Default null. */
  readonly indent?: number | string | null;
}

/**
 * The text of `ast.dump(node, ...)`, letter for letter as CPython 3.12 prints it. Throws RangeError for a tree that is nested thousands of
 * levels deep. CPython 3.12: Lib/ast.py, dump.
 */
export function dump(node: AnyNode, options: DumpOptions = {}): string {
  const indent = typeof options.indent === 'number' ? ' '.repeat(options.indent) : (options.indent ?? null);
  return new Dumper(options.annotate_fields ?? true, options.include_attributes ?? false, indent).node(node, 0).text;
}

/** `simple`: nothing inside, so that a parent with few of these stays on one line. */
interface Dumped {
  readonly text: string;
  readonly simple: boolean;
}

/** JavaScript's own stack ends not far beyond; a field is a level, and the items of a list are another. */
const MAX_LEVEL = 1800;

const attributes = ['lineno', 'col_offset', 'end_lineno', 'end_col_offset'] as const;

class Dumper {
  private readonly annotate: boolean;
  private readonly attributes: boolean;
  private readonly indent: string | null;

  constructor(annotate: boolean, withAttributes: boolean, indent: string | null) {
    this.annotate = annotate;
    this.attributes = withAttributes;
    this.indent = indent;
  }

  node(node: AnyNode, level: number): Dumped {
    if (level > MAX_LEVEL) throw new RangeError('the tree is nested too deeply to be printed');
    const info: NodeInfo = nodeInfo[node.nodeType];
    const args: string[] = [];
    let allSimple = true;
    let named = this.annotate;
    for (const field of info.fields) {
      // The node has the field: nodeInfo lists what its class declares.
      const value = (node as unknown as Record<string, unknown>)[field.name];
      if (value === undefined || (value === null && field.quantity === 'optional')) {
        named = true;
        continue;
      }
      const dumped = this.value(field, value, level + 1);
      allSimple &&= dumped.simple;
      args.push(named ? `${field.name}=${dumped.text}` : dumped.text);
    }
    if (this.attributes && info.located) {
      const located = node as unknown as Record<string, number | null | undefined>;
      for (const name of attributes) if (located[name] != null) args.push(`${name}=${located[name]}`);
    }
    if (allSimple && args.length <= 3) return { text: `${node.nodeType}(${args.join(', ')})`, simple: args.length === 0 };
    return { text: `${node.nodeType}(${this.join(args, level + 1)})`, simple: false };
  }

  private value(field: FieldInfo, value: unknown, level: number): Dumped {
    if (Array.isArray(value)) {
      if (value.length === 0) return { text: '[]', simple: true };
      const items = value.map((item) => this.item(field, item, level + 1).text);
      return { text: `[${this.join(items, level + 1)}]`, simple: false };
    }
    return this.item(field, value, level);
  }

  private item(field: FieldInfo, value: unknown, level: number): Dumped {
    if (value === null) return { text: 'None', simple: true };
    switch (field.kind) {
      case 'node':
        return this.node(value as AnyNode, level);
      case 'operator':
        return { text: `${String(value)}()`, simple: true };
      case 'constant':
        return { text: reprConstant(value as ConstantValue), simple: true };
      default:
        return { text: typeof value === 'string' ? reprString(value) : String(value), simple: true };
    }
  }

  private join(parts: readonly string[], level: number): string {
    if (this.indent === null) return parts.join(', ');
    const newline = `\n${this.indent.repeat(level)}`;
    return newline + parts.join(`,${newline}`);
  }
}
