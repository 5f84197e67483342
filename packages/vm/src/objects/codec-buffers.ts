import type { PyValue } from '../core/value.ts';
import { strFromPoints } from './str-support.ts';

/** Collects bytes without knowing how many there will be. */
export class ByteBuffer {
  private bytes: Uint8Array;
  length = 0;
  constructor(expected: number) {
    this.bytes = new Uint8Array(Math.max(16, expected));
  }
  private grow(by: number): void {
    if (this.length + by <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(this.length + by, this.bytes.length * 2));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }
  /** Adds a byte. */
  push(value: number): void {
    if (this.length === this.bytes.length) this.grow(1);
    this.bytes[this.length++] = value;
  }
  /** Adds two bytes. */
  push2(first: number, second: number): void {
    this.push(first);
    this.push(second);
  }
  /** Adds three bytes. */
  push3(first: number, second: number, third: number): void {
    this.push2(first, second);
    this.push(third);
  }
  /** Adds four bytes. */
  push4(first: number, second: number, third: number, fourth: number): void {
    this.push2(first, second);
    this.push2(third, fourth);
  }
  /** Adds all these bytes. */
  append(values: Uint8Array): void {
    this.grow(values.length);
    this.bytes.set(values, this.length);
    this.length += values.length;
  }
  /** What was collected; a view, good until more is added. */
  done(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }
}

/** Collects characters without knowing how many there will be. */
export class PointBuffer {
  private points: Uint32Array;
  length = 0;
  constructor(expected: number) {
    this.points = new Uint32Array(Math.max(16, expected));
  }
  /** Adds a character. */
  push(point: number): void {
    if (this.length === this.points.length) {
      const larger = new Uint32Array(this.points.length * 2);
      larger.set(this.points);
      this.points = larger;
    }
    this.points[this.length++] = point;
  }
  /** The str of what was collected. */
  done(): PyValue {
    return strFromPoints(this.points.subarray(0, this.length));
  }
}
