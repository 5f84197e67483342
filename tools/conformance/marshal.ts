// Marshal bytes as comparable text: references resolved, the reference flag dropped.

interface Reader {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  at: number;
  /** Text of each flagged object, by reference index; null while it is being read. */
  readonly references: (string | null)[];
}

/** One line an object, nested ones indented. Two dumps of equal objects give equal texts, whatever is shared in them. */
export function flattenMarshal(bytes: Uint8Array): string {
  const reader: Reader = { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), at: 0, references: [] };
  const text = object(reader);
  if (reader.at !== bytes.length) throw new Error(`${bytes.length - reader.at} bytes left over`);
  return text;
}

function object(reader: Reader): string {
  const start = reader.at;
  const byte = reader.bytes[reader.at++];
  const type = String.fromCharCode(byte & 0x7f);
  if (type === 'r') {
    const text = reader.references[int32(reader)];
    if (text == null) throw new Error(`bad reference at byte ${start}`);
    return text;
  }
  const index = byte & 0x80 ? reader.references.push(null) - 1 : -1;
  const text = body(reader, type);
  if (index >= 0) reader.references[index] = text;
  return text;
}

function body(reader: Reader, type: string): string {
  switch (type) {
    case 'N': case 'T': case 'F': case '.': case 'S': case '0':
      return type;
    case 'i':
      return `i${int32(reader)}`;
    case 'l': {
      const count = int32(reader);
      return `l${count} ${hex(reader, 2 * Math.abs(count))}`;
    }
    case 'g':
      return `g${hex(reader, 8)}`;
    case 'y':
      return `y${hex(reader, 16)}`;
    case 's':
      return `s${hex(reader, int32(reader))}`;
    case 'a': case 'A': case 'u': case 't':
      return `${type}${chars(reader, int32(reader))}`;
    case 'z': case 'Z':
      return `${type}${chars(reader, reader.bytes[reader.at++])}`;
    case ')':
      return items(reader, type, reader.bytes[reader.at++]);
    case '(': case '[': case '<': case '>':
      return items(reader, type, int32(reader));
    case 'c': {
      const ints = Array.from({ length: 5 }, () => int32(reader)).join(' ');
      const before = Array.from({ length: 8 }, () => object(reader));
      const firstLine = int32(reader);
      const after = [object(reader), object(reader)];
      return `c${ints} @${firstLine}${indent([...before, ...after])}`;
    }
    default:
      throw new Error(`unknown type ${JSON.stringify(type)} before byte ${reader.at}`);
  }
}

function items(reader: Reader, type: string, count: number): string {
  return `${type}${count}${indent(Array.from({ length: count }, () => object(reader)))}`;
}

function indent(texts: readonly string[]): string {
  return texts.map((text) => `\n ${text.replaceAll('\n', '\n ')}`).join('');
}

function int32(reader: Reader): number {
  reader.at += 4;
  return reader.view.getInt32(reader.at - 4, true);
}

function hex(reader: Reader, length: number): string {
  reader.at += length;
  return Buffer.from(reader.bytes.subarray(reader.at - length, reader.at)).toString('hex');
}

function chars(reader: Reader, length: number): string {
  reader.at += length;
  return JSON.stringify(Buffer.from(reader.bytes.subarray(reader.at - length, reader.at)).toString('latin1'));
}
