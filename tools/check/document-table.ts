// ARCHITECTURE.md's table of packages against imports.json.

/** Where the column "may import" says something else than the table for machines. */
export function documentTable(text: string, allowed: Readonly<Record<string, readonly string[] | 'all'>>): string[] {
  const problems: string[] = [];
  const seen = new Set<string>();
  for (const line of text.split('\n')) {
    const cells = line.split('|').map((cell) => cell.trim());
    const name = /^`(@py\/[a-z-]+)`/.exec(cells[1] ?? '')?.[1];
    if (!name || cells.length < 6) continue;
    seen.add(name);
    const document = cells[4] === 'nothing' ? [] : cells[4] === 'all' ? 'all' : cells[4].split(', ').map((short) => `@py/${short}`);
    if (JSON.stringify(document) !== JSON.stringify(allowed[name])) {
      problems.push(`ARCHITECTURE.md: ${name} may import ${JSON.stringify(document)}, but tools/check/imports.json says ${JSON.stringify(allowed[name])}`);
    }
  }
  for (const name of Object.keys(allowed)) if (!seen.has(name)) problems.push(`ARCHITECTURE.md: no row for ${name}`);
  return problems;
}
