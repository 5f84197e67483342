// Says where two answers part, in one line.

/** Null if equal. */
export function textDifference(ours: string, theirs: string): string | null {
  if (ours === theirs) return null;
  let at = 0;
  while (at < ours.length && ours[at] === theirs[at]) at++;
  const line = theirs.slice(0, at).split('\n').length;
  const from = Math.max(0, at - 60);
  return `at character ${at} (line ${line}): ours …${show(ours.slice(from, at + 60))}… CPython …${show(theirs.slice(from, at + 60))}…`;
}

/** Null if equal. `path` names where we are in the data. */
export function dataDifference(ours: unknown, theirs: unknown, path = ''): string | null {
  if (Object.is(ours, theirs)) return null;
  if (Array.isArray(ours) && Array.isArray(theirs)) {
    for (let index = 0; index < Math.min(ours.length, theirs.length); index++) {
      const found = dataDifference(ours[index], theirs[index], `${path}[${index}]`);
      if (found) return found;
    }
    return ours.length === theirs.length ? null : `${path}.length: ours ${ours.length}, CPython ${theirs.length}`;
  }
  if (isRecord(ours) && isRecord(theirs)) {
    for (const key of new Set([...Object.keys(theirs), ...Object.keys(ours)])) {
      const found = dataDifference(ours[key], theirs[key], `${path}.${key}`);
      if (found) return found;
    }
    // The order of keys counts too: it is the order of names in a symbol table.
    return textDifference(Object.keys(ours).join(' '), Object.keys(theirs).join(' '));
  }
  return `${path}: ours ${show(JSON.stringify(ours))}, CPython ${show(JSON.stringify(theirs))}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function show(text: string | undefined): string {
  const line = JSON.stringify(text ?? 'undefined').slice(1, -1);
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
}
