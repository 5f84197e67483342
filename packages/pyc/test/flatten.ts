/**
 * Marshal bytes as text that is equal for equal objects: one line an object, references replaced by what they stand for, without
 * the mark for "may be referred to". Written apart from the reader under test.
 */
export function flatten(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const references: string[] = [];
  let at = 0;
  const int = (): number => view.getInt32((at += 4) - 4, true);
  const hex = (count: number): string => {
    at += count;
    return Array.from(bytes.subarray(at - count, at), (byte) => byte.toString(16).padStart(2, '0')).join('');
  };
  const repeat = (count: number): string => Array.from({ length: count }, object).join('\n');

  function object(): string {
    const byte = bytes[at++];
    const type = String.fromCharCode(byte & 0x7f);
    if (type === 'r') return references[int()];
    const index = byte & 0x80 ? references.push('unfinished') - 1 : -1;
    const text = `${type} ${content(type)}`;
    if (index >= 0) references[index] = text;
    return text;
  }

  function content(type: string): string {
    if ('0NTFS.'.includes(type)) return '';
    if (type === 'i') return String(int());
    if (type === 'l') {
      const count = int();
      return `${count} ${hex(2 * Math.abs(count))}`;
    }
    if (type === 'g' || type === 'y') return hex(type === 'g' ? 8 : 16);
    if (type === 'f') return hex(bytes[at++]);
    if (type === 'x') return `${hex(bytes[at++])} ${hex(bytes[at++])}`;
    if ('zZ'.includes(type)) return hex(bytes[at++]);
    if ('aAtus'.includes(type)) return hex(int());
    if (type === '{') {
      let text = '';
      for (let key = object(); !key.startsWith('0'); key = object()) text += `\n${key}\n${object()}`;
      return text;
    }
    if (type === 'c') return `${[int(), int(), int(), int(), int()].join(' ')}\n${repeat(8)}\n${int()}\n${repeat(2)}`;
    const count = type === ')' ? bytes[at++] : int();
    return `${count}\n${repeat(count)}`;
  }

  const text = object();
  if (at !== bytes.length) throw new Error(`${bytes.length - at} bytes left`);
  return text;
}
