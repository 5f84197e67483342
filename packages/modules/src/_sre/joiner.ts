import { bufferBytes, concatenate, isStr, PyByteArray, PyBytes, strFromPoints, typeError, typeOf } from '@py/vm/native';
import type { PyBaseException, PyValue, VM } from '@py/vm/native';
import { slice, type Subject } from './subject.ts';

/* What `sub` and templates put together: stretches of the subject, and values that replace others. */

/** Puts pieces together that are of the subject's kind. */
export interface Joiner {
  /** Adds a stretch of the subject. */
  addRange(start: number, end: number): void;
  /** Adds a value; one of a wrong type makes `finish` fail. */
  add(value: PyValue): void;
  finish(vm: VM): PyValue;
}

export const joinerFor = (subject: Subject): Joiner => (subject.bytes ? new BytesJoiner(subject) : new TextJoiner(subject));

class TextJoiner implements Joiner {
  private readonly subject: Subject;
  private readonly pieces: PyValue[] = [];
  private error: PyBaseException | null = null;

  constructor(subject: Subject) {
    this.subject = subject;
  }

  addRange(start: number, end: number): void {
    this.pieces.push(slice(this.subject, start, end));
  }

  add(value: PyValue): void {
    if (!isStr(value)) this.error ??= typeError(`sequence item ${this.pieces.length}: expected str instance, ${typeOf(value).tpName} found`);
    this.pieces.push(value);
  }

  finish(): PyValue {
    if (this.error !== null) throw this.error;
    const { pieces } = this;
    if (pieces.every((piece) => typeof piece === 'string')) return strFromUnits((pieces as readonly string[]).join(''));
    return pieces.reduce((left, right) => concatenate(left, right), '');
  }
}

/** Joined text in which two halves may have met: then they stay two characters. */
function strFromUnits(text: string): PyValue {
  return /[\ud800-\udbff][\udc00-\udfff]/.test(text) ? strFromPoints(Array.from({ length: text.length }, (_, i) => text.charCodeAt(i))) : text;
}

/** Fewer bytes than this are copied faster by a loop than by the host. */
const fewBytes = 48;

class BytesJoiner implements Joiner {
  private readonly subject: Subject;
  /** The bytes since the last of `parts`. */
  private bytes: Uint8Array = new Uint8Array(256);
  private size = 0;
  private count = 0;
  /** What came before; those that may still change count as they are in the end. */
  private readonly parts: PyValue[] = [];
  private error: PyBaseException | null = null;

  constructor(subject: Subject) {
    this.subject = subject;
  }

  addRange(start: number, end: number): void {
    const { value, text } = this.subject;
    // A bytearray shows what it holds by now.
    this.copy(value instanceof PyByteArray ? value.bytes : (text as Uint8Array), start, end);
  }

  add(value: PyValue): void {
    if (value instanceof PyBytes) return this.copy(value.bytes, 0, value.bytes.length);
    if (typeOf(value).bf_getbuffer === undefined) this.error ??= typeError(`sequence item ${this.count}: expected a bytes-like object, ${typeOf(value).tpName} found`);
    this.count++;
    this.parts.push(this.taken(), value);
  }

  finish(vm: VM): PyValue {
    if (this.error !== null) throw this.error;
    if (this.parts.length === 0) return this.taken();
    const all = new BytesJoiner(this.subject);
    for (const part of [...this.parts, this.taken()]) {
      const bytes = bufferBytes(vm, part);
      all.copy(bytes, 0, bytes.length);
    }
    return all.taken();
  }

  private taken(): PyBytes {
    const taken = new PyBytes(this.bytes.slice(0, this.size));
    this.size = 0;
    return taken;
  }

  private copy(from: Uint8Array, start: number, end: number): void {
    this.count++;
    const length = Math.min(end, from.length) - start;
    if (this.size + length > this.bytes.length) {
      const larger = new Uint8Array(Math.max(this.size + length, this.bytes.length * 2));
      larger.set(this.bytes.subarray(0, this.size));
      this.bytes = larger;
    }
    const { bytes, size } = this;
    if (length < fewBytes) for (let i = 0; i < length; i++) bytes[size + i] = from[start + i];
    else bytes.set(from.subarray(start, end), size);
    this.size += Math.max(length, 0);
  }
}
