import { PyObject } from '../core/value.ts';
import { strType } from '../core/type.ts';
import type { PyType } from '../core/type.ts';

/**
 * A str that is not a JavaScript string: one with characters above U+FFFF (`points`), or an instance of a subclass of str
 * (then `text` may hold the characters instead). Exactly one of `text` and `points` is set.
 */
export class PyStr extends PyObject {
  /** Every UTF-16 unit is one code point. */
  readonly text: string | null;
  readonly points: Uint32Array | null;

  constructor(cls: PyType, text: string | null, points: Uint32Array | null) {
    super(cls);
    this.text = text;
    this.points = points;
  }

  /** A str of exact type from code points, at least one of them above U+FFFF. */
  static fromCodePoints(points: Uint32Array): PyStr {
    return new PyStr(strType, null, points);
  }

  get length(): number {
    return this.text === null ? (this.points as Uint32Array).length : this.text.length;
  }

  /** As ordinary JavaScript text. Two lone surrogates side by side become a pair there. */
  toJS(): string {
    if (this.text !== null) return this.text;
    const points = this.points as Uint32Array;
    let text = '';
    for (let i = 0; i < points.length; i += 8192) text += String.fromCodePoint(...points.subarray(i, i + 8192));
    return text;
  }
}
