import {
  PyBytes, asIndex, bufferBytes, callMethod, exceptionTypes, isStr, isTrue, jsText, lookupAttr, newException, None, PyStr, strFromJS, strLength, typeError, typeOf, valueError,
} from '@py/vm/native';
import type { PyType, PyValue, VM } from '@py/vm/native';
import { InputPending, closedFile, unsupported, unwritten } from './common.ts';
import { forgetStream, watchStream } from './unclosed.ts';
import { PyIOBase, isClosed, joinBytes } from './base.ts';
import { PyBuffered } from './buffered.ts';
import { bufferedRandomType, bufferedReaderType, bufferedWriterType } from './buffered-types.ts';
import { NewlineDecoder, TextCodec, encodesSafely } from './text-codecs.ts';
import type { Decoder, DecoderState, Encoder } from './text-codecs.ts';

/* What a TextIOWrapper does (CPython 3.12: Modules/_io/textio.c). Its text is JavaScript text. */

const noBytes = new Uint8Array(0);

/** Text on its way to the buffer: encoded pieces, then text that will encode without fail. It outlives the stream that holds it. */
class PendingText {
  pieces: Uint8Array[] = [];
  text = '';
  /** Of bytes and characters. */
  count = 0;
  encoder: Encoder | null = null;
  /** The buffer, if it is exactly one of ours. */
  direct: PyBuffered | null = null;

  /** The host's descriptor. */
  get fd(): number {
    return this.direct === null || this.direct.file === null ? -1 : this.direct.file.fd;
  }

  encodeText(vm: VM): void {
    if (this.text !== '') this.pieces.push((this.encoder as Encoder).encode(vm, this.text));
    this.text = '';
  }

  /** All of it, encoded; nothing is left. */
  take(vm: VM): Uint8Array {
    this.encodeText(vm);
    const bytes = joinBytes(this.pieces);
    this.clear();
    unwritten(vm).delete(this);
    return bytes;
  }

  clear(): void {
    this.pieces = [];
    this.text = '';
    this.count = 0;
  }

  /** Writes everything out: when the VM ends. */
  flushPending(vm: VM): void {
    const buffer = this.direct as PyBuffered; // Only then anybody asks.
    const bytes = this.take(vm);
    buffer.checkOpen(vm, 'write to closed file');
    buffer.write(vm, bytes);
    buffer.flushPending(vm);
  }
}

/** How lines end: `newline` of `open()`. */
export type Newline = string | null;

export class PyTextIOWrapper extends PyIOBase {
  /** The binary stream below; null before `__init__` and after `detach()`. */
  buffer: PyValue | null;
  /** The same when it is exactly one of ours: then no Python code can see the calls. */
  private direct: PyBuffered | null;
  detached: boolean;
  encoding: PyValue;
  errors: string;
  codec: TextCodec | null;
  decoder: Decoder | null;
  private encoder: Encoder | null;
  newline: Newline;
  lineBuffering: boolean;
  writeThrough: boolean;
  chunkSize: number;
  private seekable: boolean;
  private telling: boolean;
  private hasRead1: boolean;

  /** Written but not yet given to the buffer. */
  private readonly pending: PendingText;

  /** Decoded text of the last chunk, and how much of it has been read. */
  private decoded: string;
  private used: number;
  /** Something has been decoded since the stream was opened or moved. */
  hasDecoded: boolean;
  /** State of the decoder before the last chunk, and the bytes it was given. Null: not known, or nothing was read. */
  private snapshot: DecoderState | null;

  constructor(cls: PyType) {
    super(cls);
    this.buffer = null;
    this.direct = null;
    this.detached = false;
    this.encoding = None;
    this.errors = 'strict';
    this.codec = null;
    this.decoder = null;
    this.encoder = null;
    this.newline = null;
    this.lineBuffering = false;
    this.writeThrough = false;
    this.chunkSize = 8192;
    this.seekable = false;
    this.telling = false;
    this.hasRead1 = false;
    this.pending = new PendingText();
    this.decoded = '';
    this.used = 0;
    this.hasDecoded = false;
    this.snapshot = null;
  }

  attach(vm: VM, buffer: PyValue, encoding: PyValue, errors: string, newline: Newline): void {
    this.buffer = null;
    this.detached = false;
    this.configure(vm, encoding, errors, newline, buffer);
    const ours = buffer instanceof PyBuffered && [bufferedReaderType, bufferedWriterType, bufferedRandomType].includes(buffer.cls);
    this.direct = ours ? buffer : null;
    this.seekable = this.telling = isTrue(vm, callMethod(vm, buffer, 'seekable'));
    this.hasRead1 = lookupAttr(vm, buffer, 'read1') !== undefined;
    this.decoded = '';
    this.used = 0;
    this.hasDecoded = false;
    this.snapshot = null;
    this.pending.clear();
    this.pending.direct = this.direct;
    this.continueEncoding(vm, buffer);
    this.buffer = buffer;
    watchStream(vm, this);
  }

  /** Sets encoding, error handler and newlines, and makes what follows from them. */
  configure(vm: VM, encoding: PyValue, errors: string, newline: Newline, buffer: PyValue): void {
    const codec = new TextCodec(vm, jsText(encoding), errors);
    const inner = isTrue(vm, callMethod(vm, buffer, 'readable')) ? codec.decoder(vm) : null;
    this.decoder = inner !== null && (newline === null || newline === '') ? new NewlineDecoder(inner, newline === null) : inner;
    this.encoder = isTrue(vm, callMethod(vm, buffer, 'writable')) ? codec.encoder(vm) : null;
    this.pending.encoder = this.encoder;
    this.codec = codec;
    this.encoding = encoding;
    this.errors = errors;
    this.newline = newline;
    this.watch?.renew(this);
  }

  /** A stream that is not at its beginning gets no byte order mark. */
  continueEncoding(vm: VM, buffer: PyValue): void {
    if (!this.seekable || this.encoder === null) return;
    const position = callMethod(vm, buffer, 'tell');
    if (asIndex(vm, position) !== 0) this.encoder.reset(vm, false);
  }

  /** The binary stream. Raises ValueError when there is none. */
  get below(): PyValue {
    if (this.buffer !== null) return this.buffer;
    throw valueError(this.detached ? 'underlying buffer has been detached' : 'I/O operation on uninitialized object');
  }

  isClosed(vm: VM): boolean {
    const below = this.below;
    return this.direct !== null ? this.direct.isClosed(vm) : isClosed(vm, below);
  }

  checkOpen(vm: VM): void {
    if (this.isClosed(vm)) throw closedFile();
  }

  // Writing

  write(vm: VM, value: PyValue): number {
    if (this.encoder === null || this.codec === null) throw unsupported(vm, 'not writable');
    const length = strLength(value);
    const plain = typeof value === 'string' ? value : value instanceof PyStr && value.text !== null ? value.text : null;
    const text = plain ?? jsText(value);
    const hasNewline = text.includes('\n');
    const flush = this.lineBuffering && (hasNewline || text.includes('\r'));
    const translated = hasNewline && this.newline !== null && this.newline !== '' && this.newline !== '\n' ? text.replaceAll('\n', this.newline) : text;
    if (plain !== null && encodesSafely(this.codec, translated)) this.keepText(vm, translated);
    else {
      const bytes = this.encoder.encode(vm, translated === text ? value : strFromJS(translated));
      this.keepBytes(vm, bytes);
    }
    if (this.pending.count >= this.chunkSize || flush || this.writeThrough) this.writePending(vm);
    if (flush) this.flushBuffer(vm);
    if (this.hasDecoded || this.snapshot !== null) {
      this.clearDecoded();
      this.decoder?.reset(vm);
    }
    return length;
  }

  private keepText(vm: VM, text: string): void {
    if (text === '') return;
    const { pending } = this;
    if (pending.count === 0 || pending.count + text.length > this.chunkSize) this.makeRoom(vm, text.length);
    pending.text += text;
    pending.count += text.length;
  }

  private keepBytes(vm: VM, bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.makeRoom(vm, bytes.length);
    this.pending.encodeText(vm);
    this.pending.pieces.push(bytes);
    this.pending.count += bytes.length;
  }

  private makeRoom(vm: VM, count: number): void {
    if (this.pending.count + count > this.chunkSize) this.writePending(vm);
    if (this.pending.count === 0 && this.direct !== null && this.direct.file !== null) unwritten(vm).add(this.pending);
  }

  /** Gives what is pending to the buffer. */
  writePending(vm: VM): void {
    if (this.pending.count === 0) return;
    const bytes = this.pending.take(vm);
    if (this.direct !== null) {
      this.direct.checkOpen(vm, 'write to closed file');
      this.direct.write(vm, bytes);
    } else callMethod(vm, this.below, 'write', [new PyBytes(bytes)]);
  }

  private flushBuffer(vm: VM): void {
    if (this.direct !== null && this.direct.canWrite && !this.direct.canRead && this.direct.file !== null) {
      this.direct.checkOpen(vm, 'flush of closed file');
      this.direct.flushPending(vm);
    } else callMethod(vm, this.below, 'flush');
  }

  flush(vm: VM): void {
    this.checkOpen(vm);
    this.telling = this.seekable;
    this.writePending(vm);
    this.flushBuffer(vm);
  }

  // Reading

  private clearDecoded(): void {
    this.decoded = '';
    this.used = 0;
    this.hasDecoded = false;
    this.snapshot = null;
  }

  /** Reads and decodes one chunk; false at the end of input. */
  private readChunk(vm: VM): boolean {
    const { decoder } = this;
    if (decoder === null) throw unsupported(vm, 'not readable');
    const before = this.telling ? decoder.getState(vm) : null;
    const bytes = this.readBelow(vm, this.chunkSize);
    const text = decoder.decode(vm, bytes, bytes.length === 0);
    this.setDecoded(text);
    if (before !== null) this.snapshot = { bytes: joinBytes([before.bytes, bytes]), flags: before.flags };
    return bytes.length > 0 || text.length > 0;
  }

  private readBelow(vm: VM, size: number): Uint8Array {
    if (this.direct !== null) {
      this.direct.checkOpen(vm, 'read of closed file');
      return this.direct.read1(vm, size);
    }
    const method = this.hasRead1 ? 'read1' : 'read';
    const result = callMethod(vm, this.below, method, [size]);
    if (typeOf(result).bf_getbuffer === undefined) throw typeError(`underlying ${method}() should have returned a bytes-like object, not '${typeOf(result).tpName}'`);
    return bufferBytes(vm, result);
  }

  private setDecoded(text: string): void {
    this.decoded = text;
    this.used = 0;
    this.hasDecoded = true;
  }

  readAll(vm: VM): PyValue {
    if (this.decoder === null) throw unsupported(vm, 'not readable');
    this.writePending(vm);
    const bytes = this.readAllBelow(vm);
    const text = this.decoder.decode(vm, bytes, true);
    const result = this.decoded.slice(this.used) + text;
    this.clearDecoded();
    return strFromJS(result);
  }

  private readAllBelow(vm: VM): Uint8Array {
    if (this.direct !== null && this.direct.canRead) {
      this.direct.checkOpen(vm, 'read of closed file');
      const all = this.direct.readAll(vm);
      if (all === null) throw typeError("decoding to str: need a bytes-like object, NoneType found");
      return all;
    }
    const result = callMethod(vm, this.below, 'read');
    if (typeOf(result).bf_getbuffer === undefined) throw typeError(`underlying read() should have returned a bytes-like object, not '${typeOf(result).tpName}'`);
    return bufferBytes(vm, result);
  }

  read(vm: VM, count: number): PyValue {
    if (this.decoder === null) throw unsupported(vm, 'not readable');
    this.writePending(vm);
    let result = '';
    let missing = count;
    try {
      for (;;) {
        const end = endOfCharacters(this.decoded, this.used, missing);
        const part = this.decoded.slice(this.used, end);
        this.used = end;
        result += part;
        missing -= characters(part);
        if (missing <= 0 || !this.readChunk(vm)) break;
      }
    } catch (error) {
      if (error instanceof InputPending) this.putBack(result);
      throw error;
    }
    return strFromJS(result);
  }

  private putBack(text: string): void {
    this.setDecoded(text + this.decoded.slice(this.used));
  }

  /** A line of at most `limit` characters (-1: any number), its end included. */
  readLine(vm: VM, limit: number): PyValue {
    if (this.decoder === null) throw unsupported(vm, 'not readable');
    this.writePending(vm);
    const { used } = this;
    const quick = limit < 0 && this.newline !== '' ? this.lineEnd(this.decoded, used) : -1;
    if (quick >= 0) {
      this.used = quick;
      return strFromJS(this.decoded.slice(used, quick));
    }
    let line = this.decoded.slice(used);
    this.used = this.decoded.length;
    let from = 0;
    for (;;) {
      let end = this.lineEnd(line, from);
      if (limit >= 0) {
        const most = endOfCharacters(line, 0, limit);
        if (end < 0 ? characters(line) >= limit : most < end) end = most;
      }
      if (end >= 0) {
        this.used = this.decoded.length - (line.length - end);
        return strFromJS(line.slice(0, end));
      }
      from = Math.max(0, line.length - 1);
      try {
        if (!this.readChunk(vm)) break;
      } catch (error) {
        if (error instanceof InputPending) this.putBack(line);
        throw error;
      }
      line += this.decoded;
      this.used = this.decoded.length;
    }
    this.clearDecoded();
    return strFromJS(line);
  }

  /** Index after the first line end; -1 if there is none. */
  private lineEnd(text: string, from: number): number {
    if (this.newline === null || this.newline === '\n') return text.indexOf('\n', from) + 1 || -1;
    if (this.newline !== '') {
      const found = text.indexOf(this.newline, from);
      return found < 0 ? -1 : found + this.newline.length;
    }
    const lf = text.indexOf('\n', from);
    const cr = text.indexOf('\r', from);
    if (cr < 0 || (lf >= 0 && lf < cr)) return lf + 1 || -1;
    return lf === cr + 1 ? lf + 1 : cr + 1;
  }

  /** The next line of an iteration; undefined at the end. Positions cannot be told meanwhile. */
  nextLine(vm: VM, readLine: () => PyValue): PyValue | undefined {
    this.telling = false;
    const line = readLine();
    if (!isStr(line)) throw newException(exceptionTypes.OSError, `readline() should have returned a str object, not '${typeOf(line).tpName}'`);
    if (strLength(line) > 0) return line;
    this.snapshot = null;
    this.telling = this.seekable;
    void vm;
    return undefined;
  }

  // Positions

  tell(vm: VM): bigint {
    if (!this.seekable) throw unsupported(vm, 'underlying stream is not seekable');
    if (!this.telling) throw newException(exceptionTypes.OSError, 'telling position disabled by next() call');
    this.writePending(vm);
    callMethod(vm, this, 'flush');
    const position = BigInt(asIndex(vm, callMethod(vm, this.below, 'tell')));
    const { decoder, snapshot } = this;
    if (decoder === null || snapshot === null) return position;
    const start = position - BigInt(snapshot.bytes.length);
    if (this.used === 0) return packCookie({ position: start, flags: snapshot.flags, feed: 0, skip: 0, final: false });
    const saved = decoder.getState(vm);
    try {
      return packCookie(reconstruct(vm, decoder, snapshot, start, this.used));
    } finally {
      decoder.setState(vm, saved);
    }
  }

  seek(vm: VM, cookieValue: bigint, whence: number): bigint {
    if (!this.seekable) throw unsupported(vm, 'underlying stream is not seekable');
    let cookie = cookieValue;
    if (whence === 1) {
      if (cookie !== 0n) throw unsupported(vm, "can't do nonzero cur-relative seeks");
      cookie = BigInt(asIndex(vm, callMethod(vm, this, 'tell')));
    } else if (whence === 2) {
      if (cookie !== 0n) throw unsupported(vm, "can't do nonzero end-relative seeks");
      callMethod(vm, this, 'flush');
      this.clearDecoded();
      this.decoder?.reset(vm);
      const end = BigInt(asIndex(vm, callMethod(vm, this.below, 'seek', [0, 2])));
      this.encoder?.reset(vm, end === 0n);
      return end;
    } else if (whence !== 0) throw valueError(`invalid whence (${whence}, should be 0, 1 or 2)`);
    if (cookie < 0n) throw valueError(`negative seek position ${cookie}`);
    callMethod(vm, this, 'flush');
    this.goTo(vm, unpackCookie(cookie));
    this.encoder?.reset(vm, cookie === 0n);
    return cookie;
  }

  private goTo(vm: VM, cookie: Cookie): void {
    callMethod(vm, this.below, 'seek', [Number(cookie.position)]);
    this.clearDecoded();
    const { decoder } = this;
    if (decoder === null) return;
    if (cookie.position === 0n && cookie.flags === 0n) decoder.reset(vm);
    else decoder.setState(vm, { bytes: noBytes, flags: cookie.flags });
    this.snapshot = { bytes: noBytes, flags: cookie.flags };
    if (cookie.skip === 0) return;
    const input = callMethod(vm, this.below, 'read', [cookie.feed]);
    if (!(input instanceof PyBytes)) throw typeError(`underlying read() should have returned a bytes object, not '${typeOf(input).tpName}'`);
    this.snapshot = { bytes: input.bytes, flags: cookie.flags };
    const text = decoder.decode(vm, input.bytes, cookie.final);
    if (text.length < cookie.skip) throw newException(exceptionTypes.OSError, "can't restore logical file position");
    this.setDecoded(text);
    this.used = cookie.skip;
  }

  /** Forgets the buffer and gives it back. */
  detach(vm: VM): PyValue {
    const { below } = this;
    callMethod(vm, this, 'flush');
    this.forget(vm);
    this.buffer = null;
    this.direct = null;
    this.detached = true;
    return below;
  }

  /** Nothing is left to write when the stream is closed, whatever became of it. */
  forget(vm: VM): void {
    forgetStream(vm, this);
    unwritten(vm).delete(this.pending);
    this.pending.clear();
  }

  /** `newlines` */
  get newlines(): PyValue {
    return this.decoder instanceof NewlineDecoder ? this.decoder.state.newlines : None;
  }
}

/** Characters of JavaScript text: a surrogate pair is one. */
function characters(text: string): number {
  if (!/[\ud800-\udbff]/.test(text)) return text.length;
  let count = 0;
  for (const _character of text) count++;
  return count;
}

/** Index after `count` characters from `start`, or the end. */
function endOfCharacters(text: string, start: number, count: number): number {
  const end = Math.min(text.length, start + count);
  if (!/[\ud800-\udbff]/.test(text)) return end;
  let at = start;
  for (let i = 0; i < count && at < text.length; i++) at += (text.codePointAt(at) as number) > 0xffff ? 2 : 1;
  return at;
}

/** A position in a text stream: where to go in the bytes, what state to decode in, and how much to read and skip from there. */
interface Cookie {
  readonly position: bigint;
  readonly flags: bigint;
  /** Bytes to decode. */
  readonly feed: number;
  /** Units of text to skip. */
  readonly skip: number;
  /** The bytes are to be decoded as the last ones. */
  readonly final: boolean;
}

function packCookie({ position, flags, feed, skip, final }: Cookie): bigint {
  return position | (flags << 64n) | (BigInt(feed) << 128n) | (BigInt(skip) << 192n) | (final ? 1n << 256n : 0n);
}

function unpackCookie(cookie: bigint): Cookie {
  const word = (index: bigint): bigint => (cookie >> (index * 64n)) & 0xffff_ffff_ffff_ffffn;
  return { position: word(0n), flags: word(1n), feed: Number(word(2n)), skip: Number(word(3n)), final: word(4n) !== 0n };
}

/**
 * Finds the latest place before the reader where decoding can begin, given the bytes of the last chunk and how much of its text
 * was read.
 */
function reconstruct(vm: VM, decoder: Decoder, snapshot: DecoderState, start: bigint, used: number): Cookie {
  const { bytes } = snapshot;
  let safe = 0;
  let flags = snapshot.flags;
  let skip = used;
  // Large steps first: as many bytes as there is text to skip never give too much in ordinary encodings.
  for (let step = Math.min(skip, bytes.length); step > 0; ) {
    decoder.setState(vm, { bytes: noBytes, flags });
    const text = decoder.decode(vm, bytes.subarray(safe, safe + step), false);
    const state = decoder.getState(vm);
    if (state.bytes.length > 0 || text.length > skip) {
      step = step > 8 ? step >> 1 : step - 1;
      continue;
    }
    safe += step;
    skip -= text.length;
    flags = state.flags;
    step = Math.min(skip, bytes.length - safe);
  }
  let feed = 0;
  let final = false;
  if (skip > 0) {
    decoder.setState(vm, { bytes: noBytes, flags });
    let count = 0;
    while (count < skip && safe + feed < bytes.length) {
      count += decoder.decode(vm, bytes.subarray(safe + feed, safe + feed + 1), false).length;
      feed++;
      const state = decoder.getState(vm);
      if (state.bytes.length > 0 || count > skip) continue;
      safe += feed;
      skip -= count;
      flags = state.flags;
      feed = count = 0;
    }
    if (count < skip) {
      count += decoder.decode(vm, noBytes, true).length;
      final = true;
      if (count < skip) throw newException(exceptionTypes.OSError, "can't reconstruct logical file position");
    }
  }
  return { position: start + BigInt(safe), flags, feed, skip, final };
}
