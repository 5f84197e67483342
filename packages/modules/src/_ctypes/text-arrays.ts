import { attributeError, bufferBytes, codePoints, isStr, PyBytes, strFromPoints, typeError, typeOf, valueError } from '@py/vm/native';
import type { PyValue, VM } from '@py/vm/native';
import type { CData } from './data.ts';
import { wideBytes } from './simple-kinds.ts';

/* Attributes of arrays of characters. */

const asData = (self: PyValue): CData => self as CData;

/** `value` and `raw` of arrays of chars. */
export const charArrayAttributes = {
  value: {
    get(_vm: VM, self: PyValue): PyValue {
      const { bytes } = asData(self);
      const end = bytes.indexOf(0);
      return new PyBytes(bytes.slice(0, end < 0 ? bytes.length : end));
    },
    set(_vm: VM, self: PyValue, value: PyValue | undefined): void {
      if (value === undefined) throw typeError("can't delete attribute");
      if (!(value instanceof PyBytes)) throw typeError(`bytes expected instead of ${typeOf(value).tpName} instance`);
      const { bytes } = asData(self);
      if (value.bytes.length > bytes.length) throw valueError('byte string too long');
      bytes.set(value.bytes);
      if (value.bytes.length < bytes.length) bytes[value.bytes.length] = 0;
    },
    doc: 'string value',
  },
  raw: {
    get: (_vm: VM, self: PyValue): PyValue => new PyBytes(asData(self).bytes.slice()),
    set(vm: VM, self: PyValue, value: PyValue | undefined): void {
      if (value === undefined) throw attributeError('cannot delete attribute');
      const given = bufferBytes(vm, value);
      const { bytes } = asData(self);
      if (given.length > bytes.length) throw valueError('byte string too long');
      bytes.set(given);
    },
    doc: 'value',
  },
};

/** `value` of arrays of wide chars. */
export const wideArrayAttributes = {
  value: {
    get(_vm: VM, self: PyValue): PyValue {
      const data = asData(self);
      const points: number[] = [];
      for (let at = 0; at + 4 <= data.size; at += 4) {
        const point = data.block.view.getUint32(data.offset + at, true);
        if (point === 0) break;
        points.push(point);
      }
      return strFromPoints(points);
    },
    set(_vm: VM, self: PyValue, value: PyValue | undefined): void {
      if (value === undefined) throw typeError("can't delete attribute");
      if (!isStr(value)) throw typeError(`unicode string expected instead of ${typeOf(value).tpName} instance`);
      const points = codePoints(value);
      const data = asData(self);
      if (4 * points.length > data.size) throw valueError('string too long');
      data.bytes.set(wideBytes(points).subarray(0, Math.min(data.size, 4 * points.length + 4)));
    },
    doc: 'string value',
  },
};
