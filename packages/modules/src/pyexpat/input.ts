import { XmlError } from './errors.ts';

/* From bytes to text, and where in the bytes the parser is. */

/** Stands for bytes that are no character; no document may hold it. */
const invalid = '\uffff';

/** Decodes what can be decoded; `used` tells how many bytes that were. Invalid bytes give U+FFFF. */
type Decode = (bytes: Uint8Array) => { readonly text: string; readonly used: number };

function utf8(bytes: Uint8Array): { text: string; used: number } {
  let text = '';
  let units: number[] = [];
  let at = 0;
  const flush = (): void => {
    text += String.fromCharCode(...units);
    units = [];
  };
  while (at < bytes.length) {
    if (units.length > 4096) flush();
    const byte = bytes[at];
    if (byte < 0x80) {
      units.push(byte);
      at++;
      continue;
    }
    const size = byte >= 0xc2 && byte < 0xe0 ? 2 : byte >= 0xe0 && byte < 0xf0 ? 3 : byte >= 0xf0 && byte < 0xf5 ? 4 : 0;
    let point = size === 0 ? -1 : byte & (0xff >> (size + 1));
    let i = 1;
    for (; i < size && at + i < bytes.length && point >= 0; i++) point = (bytes[at + i] & 0xc0) === 0x80 ? (point << 6) | (bytes[at + i] & 0x3f) : -1;
    if (point >= 0 && i < size) break;
    const small = size === 3 ? 0x800 : size === 4 ? 0x10000 : 0x80;
    if (point < small || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) {
      units.push(0xffff);
      at++;
      continue;
    }
    if (point > 0xffff) units.push(0xd800 + ((point - 0x10000) >> 10), 0xdc00 + (point & 0x3ff));
    else units.push(point);
    at += size;
  }
  flush();
  return { text, used: at };
}

const utf16 = (bigEndian: boolean): Decode => (bytes) => {
  let text = '';
  let at = 0;
  for (; at + 1 < bytes.length; at += 2) {
    const unit = bigEndian ? bytes[at] * 256 + bytes[at + 1] : bytes[at + 1] * 256 + bytes[at];
    const isHigh = unit >= 0xd800 && unit <= 0xdbff;
    if (isHigh && at + 3 >= bytes.length) break;
    text += String.fromCharCode(unit);
  }
  return { text, used: at };
};

/** One character a byte. */
const table = (characters: string): Decode => (bytes) => {
  let text = '';
  for (const byte of bytes) text += characters[byte];
  return { text, used: bytes.length };
};

const latin1: string = Array.from({ length: 256 }, (_, i) => String.fromCharCode(i)).join('');
const ascii: string = latin1.slice(0, 128) + invalid.repeat(128);

/** What must be itself in every encoding of single bytes. */
const syntax = '\t\n\r !"#%&\'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ[]_abcdefghijklmnopqrstuvwxyz|';

/** How many bytes a character takes in the document. */
type Width = (code: number) => number;
const utf8Width: Width = (code) => (code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4);

/** Where something is: line from 1, column in characters from 0, bytes from the start of the document. */
export interface Place {
  readonly line: number;
  readonly column: number;
  readonly byte: number;
}

/** The document so far. `text` holds what the parser has not passed yet, and perhaps some before it. */
export class Input {
  text = '';
  /** All of it is there. */
  final = false;
  /** The document says that it is wider than it is. */
  wrong = false;
  private waiting: Uint8Array = new Uint8Array(0);
  private decode: Decode | null = null;
  private width: Width = utf8Width;
  /** Position that `place` belongs to. */
  private known = 0;
  private place: Place = { line: 1, column: 0, byte: 0 };
  /** The encoding that the program gave, before the document can name one. */
  encoding: string | null;
  /** Decodes the 256 bytes of an encoding that is not built in, or gives null. */
  private readonly unknown: (encoding: string) => string | null;
  constructor(encoding: string | null, unknown: (encoding: string) => string | null) {
    this.encoding = encoding;
    this.unknown = unknown;
  }

  feed(bytes: Uint8Array, final: boolean): void {
    const all = new Uint8Array(this.waiting.length + bytes.length);
    all.set(this.waiting);
    all.set(bytes, this.waiting.length);
    this.waiting = all;
    this.final = final;
    if (this.decode === null && !this.choose()) return;
    if (this.decode === null) return;
    const { text, used } = this.decode(this.waiting);
    this.waiting = this.waiting.slice(used);
    this.text += text;
  }

  /** Chooses the decoder by the program's word, the byte order mark or the XML declaration; false while that is not known. */
  private choose(): boolean {
    const { waiting: bytes, final } = this;
    const plain = bytes.length > 1 && bytes[0] === 0x3c && bytes[1] !== 0 && bytes[1] !== 0x3f;
    if (bytes.length < 4 && !final && !plain) return false;
    if (bytes.length === 0) return false;
    const begins = (...mark: number[]): boolean => mark.every((byte, i) => bytes[i] === byte);
    const bom = begins(0xef, 0xbb, 0xbf) ? 3 : begins(0xfe, 0xff) || begins(0xff, 0xfe) ? 2 : 0;
    if (this.encoding !== null) {
      const wide = this.encoding.toLowerCase() === 'utf-16';
      this.use(wide && bom === 2 ? (bytes[0] === 0xfe ? 'utf-16be' : 'utf-16le') : this.encoding);
    } else if (begins(0xfe, 0xff) || begins(0)) this.use('utf-16be');
    else if (begins(0xff, 0xfe) || (bytes.length > 1 && bytes[1] === 0)) this.use('utf-16le');
    else {
      const named = this.declared(bytes.subarray(bom === 3 ? 3 : 0));
      if (named === undefined) return false;
      this.use(named ?? 'utf-8');
    }
    if (bom === 3 || (bom === 2 && this.width(0x41) === 2)) {
      this.waiting = bytes.slice(bom);
      this.place = { line: 1, column: 1, byte: bom };
    }
    return true;
  }

  /** The encoding that the XML declaration names; null for none, undefined while the declaration is not complete. */
  private declared(bytes: Uint8Array): string | null | undefined {
    const head = String.fromCharCode(...bytes.subarray(0, 1024));
    if (!'<?xml'.startsWith(head.slice(0, 5)) || (head.length >= 6 && !/^<\?xml[ \t\r\n]/.test(head))) return null;
    const end = head.indexOf('?>');
    if (end < 0) return this.final || bytes.length >= 1024 ? null : undefined;
    const found = /[ \t\r\n]encoding[ \t\r\n]*=[ \t\r\n]*(["'])([A-Za-z][A-Za-z0-9._-]*)\1/.exec(head.slice(0, end));
    const name = found?.[2] ?? null;
    if (name !== null && /^utf-?16/i.test(name)) {
      this.wrong = true;
      return null;
    }
    if (name !== null && this.known256(name) === undefined) {
      this.text = head;
      throw new XmlError('UNKNOWN_ENCODING', (found?.index ?? 0) + (found?.[0].indexOf(name) ?? 0));
    }
    return name;
  }

  /** A decoder by the encoding's name, or undefined. */
  private known256(name: string): Decode | undefined {
    switch (name.toLowerCase()) {
      case 'utf-8':
        return utf8;
      case 'utf-16':
      case 'utf-16be':
        return utf16(true);
      case 'utf-16le':
        return utf16(false);
      case 'iso-8859-1':
        return table(latin1);
      case 'us-ascii':
        return table(ascii);
      default: {
        const characters = this.unknown(name);
        return characters === null || [...syntax].some((char) => characters[char.charCodeAt(0)] !== char) ? undefined : table(characters);
      }
    }
  }

  private use(name: string): void {
    const decode = this.known256(name);
    if (decode === undefined) throw new XmlError('UNKNOWN_ENCODING', 0);
    this.decode = decode;
    if (name.toLowerCase().startsWith('utf-16')) this.width = (code) => (code > 0xffff ? 4 : 2);
    else if (name.toLowerCase() !== 'utf-8') this.width = () => 1;
  }

  /** The document has ended within a character. */
  get isCut(): boolean {
    return this.final && this.waiting.length > 0;
  }

  /** Text is not UTF-8 as it stands. */
  get converts(): boolean {
    return this.width !== utf8Width;
  }

  /** Nothing can be decoded yet. */
  get isEmpty(): boolean {
    return this.decode === null;
  }

  placeOf(position: number): Place {
    if (position < this.known) return this.place;
    const { text } = this;
    let { line, column, byte } = this.place;
    for (let at = this.known; at < position && at < text.length; at++) {
      const code = text.codePointAt(at) as number; // at is within the text.
      if (code > 0xffff) at++;
      byte += this.width(code);
      if (code === 10 || (code === 13 && text[at + 1] !== '\n')) {
        line++;
        column = 0;
      } else if (code !== 13) column++;
    }
    this.known = position;
    return (this.place = { line, column, byte });
  }

  /** Forgets the text before a position; gives by how much all positions have become smaller. */
  forget(position: number): number {
    if (position < 4096) return 0;
    this.placeOf(position);
    this.text = this.text.slice(position);
    this.known -= position;
    return position;
  }
}
