// Python values for JavaScript.
import { intValue, isInt, isStr, jsText, None, PyBytes, PyDict, PyFloat, PyList, PyTuple, reprText, type PyValue, type VM } from '@py/vm/native';

/**
 * What JavaScript has for a Python value: number (float, and int where it is exact), bigint, string, boolean, null for None, Array for
 * list and tuple, Map for dict, Uint8Array for bytes. Anything else becomes its repr. A container inside itself is not followed.
 */
export function toJavaScript(vm: VM, value: PyValue, open: readonly PyValue[] = []): unknown {
  if (typeof value === 'boolean') return value;
  if (isInt(value)) return intValue(value);
  if (isStr(value)) return jsText(value);
  if (value === None) return null;
  if (value instanceof PyFloat) return value.value;
  if (value instanceof PyBytes) return value.bytes.slice();
  if (open.includes(value)) return '...';
  const inside = [...open, value];
  if (value instanceof PyList || value instanceof PyTuple) return value.items.map((item) => toJavaScript(vm, item, inside));
  if (value instanceof PyDict) {
    const entries: [unknown, unknown][] = [];
    value.keys.forEach((key, index) => {
      if (key !== undefined) entries.push([toJavaScript(vm, key, inside), toJavaScript(vm, value.values[index] as PyValue, inside)]);
    });
    return new Map(entries);
  }
  return reprText(vm, value);
}
