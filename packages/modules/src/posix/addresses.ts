/* Internet addresses as text and bytes (inet_aton, inet_pton, inet_ntop of glibc). */

/** `127.0.0.1`, or fewer parts of which the last fills the rest; decimal, octal or hexadecimal. Null for other text. */
export function parseLooseIPv4(text: string): Uint8Array | null {
  const parts = text.trim().split('.');
  if (parts.length < 1 || parts.length > 4) return null;
  const numbers: number[] = [];
  for (const part of parts) {
    if (!/^(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)$/.test(part)) return null;
    numbers.push(/^0[0-7]+$/.test(part) ? Number.parseInt(part, 8) : Number(part));
  }
  const last = numbers.pop() as number;
  if (numbers.some((number) => number > 255) || last >= 256 ** (4 - numbers.length)) return null;
  const value = numbers.reduce((sum, number, i) => sum + number * 256 ** (3 - i), 0) + last;
  return Uint8Array.from([24, 16, 8, 0], (shift) => Math.floor(value / 2 ** shift) & 255);
}

/** Exactly four decimal parts. */
export function parseIPv4(text: string): Uint8Array | null {
  const parts = text.split('.');
  if (parts.length !== 4 || parts.some((part) => !/^(0|[1-9][0-9]{0,2})$/.test(part) || Number(part) > 255)) return null;
  return Uint8Array.from(parts, Number);
}

export function parseIPv6(text: string): Uint8Array | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')));
  const lists: number[][] = [];
  for (const [index, list] of groups.entries()) {
    const bytes: number[] = [];
    for (const [i, group] of list.entries()) {
      const isLast = index === groups.length - 1 && i === list.length - 1;
      const v4 = isLast && group.includes('.') ? parseIPv4(group) : null;
      if (v4 !== null) bytes.push(...v4);
      else if (/^[0-9a-fA-F]{1,4}$/.test(group)) bytes.push(Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255);
      else return null;
    }
    lists.push(bytes);
  }
  const count = lists.reduce((sum, list) => sum + list.length, 0);
  if (halves.length === 1 ? count !== 16 : count > 14) return null;
  return Uint8Array.from([...lists[0], ...new Array<number>(16 - count).fill(0), ...(lists[1] ?? [])]);
}

export function formatIPv4(bytes: Uint8Array): string {
  return bytes.join('.');
}

/** The longest run of two or more zero groups is written `::`. */
export function formatIPv6(bytes: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_group, i) => (bytes[2 * i] << 8) | bytes[2 * i + 1]);
  let start = -1;
  let length = 1;
  for (let i = 0; i < 8; i++) {
    let end = i;
    while (end < 8 && groups[end] === 0) end++;
    if (end - i > length) [start, length] = [i, end - i];
  }
  const hex = (list: readonly number[]): string => list.map((group) => group.toString(16)).join(':');
  if (start === 0 && (length === 6 || (length === 5 && groups[5] === 0xffff))) {
    return `${length === 6 ? '::' : '::ffff:'}${formatIPv4(bytes.subarray(12))}`;
  }
  return start < 0 ? hex(groups) : `${hex(groups.slice(0, start))}::${hex(groups.slice(start + length))}`;
}
