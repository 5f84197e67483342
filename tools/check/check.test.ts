import { describe, expect, it } from 'vitest';
import { documentTable } from './document-table.ts';

describe("ARCHITECTURE.md's table", () => {
  const row = '| `@py/parser` | `parse` | tokens → tree | ast |\n';

  it('may say what imports.json says', () => {
    expect(documentTable(row, { '@py/parser': ['@py/ast'] })).toEqual([]);
  });

  it('may not say something else', () => {
    expect(documentTable(row, { '@py/parser': ['@py/ast', '@py/code'] })).toHaveLength(1);
    expect(documentTable(row, { '@py/parser': 'all' })).toHaveLength(1);
  });

  it('has a row for every package', () => {
    expect(documentTable(row, { '@py/parser': ['@py/ast'], '@py/vm': ['@py/code'] })).toEqual(['ARCHITECTURE.md: no row for @py/vm']);
  });
});
