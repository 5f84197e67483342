import { bufferBytes, codePoints, exactStr, isStr, plainText, PyByteArray, PyBytes, sliceStr, strLength, typeError, typeOf } from '@py/vm/native';
import type { PyValue, VM } from '@py/vm/native';
import type { Text } from './engine.ts';

/** What a pattern is matched against: a str or bytes-like object, seen as characters. */
export class Subject {
  readonly value: PyValue;
  readonly text: Text;
  readonly length: number;
  readonly bytes: boolean;
  private latin: boolean | null = null;

  constructor(value: PyValue, text: Text, length: number, bytes: boolean) {
    this.value = value;
    this.text = text;
    this.length = length;
    this.bytes = bytes;
  }

  /** Is it a text whose characters are all below 256? */
  isLatin(): boolean {
    return (this.latin ??= typeof this.text === 'string' && !/[^\0-\xff]/.test(this.text));
  }
}

/** `forBytes`: what the pattern is for, null for either. */
export function subjectOf(vm: VM, value: PyValue, forBytes: boolean | null): Subject {
  let subject: Subject;
  if (typeof value === 'string') subject = new Subject(value, value, value.length, false);
  else if (isStr(value)) subject = new Subject(value, plainText(value) ?? codePoints(value), strLength(value), false);
  else {
    if (typeOf(value).bf_getbuffer === undefined) throw typeError(`expected string or bytes-like object, got '${typeOf(value).tpName}'`);
    const bytes = bufferBytes(vm, value);
    subject = new Subject(value, bytes, bytes.length, true);
  }
  if (forBytes !== null && forBytes !== subject.bytes) {
    throw typeError(subject.bytes ? 'cannot use a string pattern on a bytes-like object' : 'cannot use a bytes pattern on a string-like object');
  }
  return subject;
}

/** A part of the subject, as a value of its kind. */
export function slice(subject: Subject, start: number, end: number): PyValue {
  const { value, text } = subject;
  const whole = start === 0 && end === subject.length;
  if (!subject.bytes) {
    if (whole) return exactStr(value);
    return typeof text === 'string' ? text.substring(start, end) : sliceStr(value, start, 1, end - start);
  }
  if (whole && value instanceof PyBytes && typeOf(value).name === 'bytes') return value;
  // A bytearray shows what it holds by now.
  const bytes = value instanceof PyByteArray ? value.bytes : (text as Uint8Array);
  return new PyBytes(end - start < fewBytes ? copyFew(bytes, start, Math.min(end, bytes.length)) : bytes.slice(start, end));
}

/** Fewer bytes than this are copied faster by a loop than by the host. */
const fewBytes = 16;

function copyFew(bytes: Uint8Array, start: number, end: number): Uint8Array {
  const length = Math.max(end - start, 0);
  const copy = new Uint8Array(length);
  for (let i = 0; i < length; i++) copy[i] = bytes[start + i];
  return copy;
}
