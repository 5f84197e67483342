import { PySyntaxError, type alias, type FutureFeatures, type ImportFrom, type mod, type Span } from '@py/ast';
import { messages } from './messages.ts';

const BARRY_AS_BDFL = 0x400000;
export const ANNOTATIONS = 0x1000000;

/** Accepted names and their flag; 0 where the feature has become the rule. */
const features: ReadonlyMap<string, number> = new Map([
  ['nested_scopes', 0],
  ['generators', 0],
  ['division', 0],
  ['absolute_import', 0],
  ['with_statement', 0],
  ['print_function', 0],
  ['unicode_literals', 0],
  ['barry_as_FLUFL', BARRY_AS_BDFL],
  ['generator_stop', 0],
  ['annotations', ANNOTATIONS],
]);

const nowhere: Span = Object.freeze({ lineno: -1, col_offset: -1, end_lineno: -1, end_col_offset: -1 });

/**
 * Reads the future statements of a tree. Only a docstring and other future statements may stand before one
 * (CPython 3.12: Python/future.c).
 *
 * @throws PySyntaxError for a feature that does not exist
 */
export function futureFeatures(tree: mod, filename: string): FutureFeatures {
  if (tree.nodeType !== 'Module' && tree.nodeType !== 'Interactive') return { features: 0, location: nowhere };
  let found = 0;
  let location = nowhere;
  for (let i = 0; i < tree.body.length; i++) {
    const statement = tree.body[i];
    if (i === 0 && statement.nodeType === 'Expr' && isString(statement.value)) continue;
    if (statement.nodeType !== 'ImportFrom' || statement.module !== '__future__') break;
    for (const name of statement.names) found |= featureFlag(name, statement, filename);
    location = statement;
  }
  return { features: found, location };
}

/** The error points at the statement's first byte and has no end. */
function featureFlag({ name }: alias, { lineno, col_offset }: ImportFrom, filename: string): number {
  const flag = features.get(name);
  if (flag !== undefined) return flag;
  const message = name === 'braces' ? messages.futureBraces : messages.futureUndefined(name.slice(0, 100));
  throw new PySyntaxError({ message, filename, lineno, offset: col_offset + 1, end_lineno: lineno, end_offset: null });
}

function isString(value: { readonly nodeType: string; readonly value?: unknown }): boolean {
  if (value.nodeType !== 'Constant') return false;
  const constant = value.value;
  return typeof constant === 'string' || (constant as { kind?: unknown } | null)?.kind === 'str';
}
