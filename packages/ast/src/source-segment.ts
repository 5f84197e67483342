import type { Span } from './span.ts';

/**
 * The source text of a node, as Python's `ast.get_source_segment(source, node, padded=...)`; null if the node has no end.
 * `padded` puts blanks before the first of several lines, so that it stands where it stood.
 */
export function getSourceSegment(source: string, node: Partial<Span>, options: { readonly padded?: boolean } = {}): string | null {
  const { lineno, col_offset, end_lineno, end_col_offset } = node;
  if (lineno == null || col_offset == null || end_lineno == null || end_col_offset == null) return null;
  const lines = splitLines(source).slice(lineno - 1, end_lineno);
  const first = lines[0] ?? '';
  if (lineno === end_lineno) return first.slice(indexAt(first, col_offset), indexAt(first, end_col_offset));
  const start = indexAt(first, col_offset);
  const padding = options.padded ? first.slice(0, start).replace(/[^\f\t]/gu, ' ') : '';
  const last = lines[lines.length - 1] ?? '';
  return [padding + first.slice(start), ...lines.slice(1, -1), last.slice(0, indexAt(last, end_col_offset))].join('');
}

/** Lines with their line ends, which are those of Python's parser: no form feed, no Unicode separator. */
function splitLines(source: string): readonly string[] {
  return source.match(/[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+$/g) ?? [];
}

/** Index in a line of a column in UTF-8 bytes. */
function indexAt(line: string, column: number): number {
  let bytes = 0;
  let index = 0;
  while (index < line.length && bytes < column) {
    const code = line.codePointAt(index)!;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    index += code < 0x10000 ? 1 : 2;
  }
  return index;
}
