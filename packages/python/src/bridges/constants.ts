// Python values as constants of the contracts, which know nothing of objects.
import { Ellipsis as ellipsis, type Constant } from '@py/code';
import { Ellipsis, frozensetType, None, PyBytes, PyCode, PyComplex, PyFloat, PySet, PyStr, PyTuple, typeOf, type PyValue } from '@py/vm/native';

/** Undefined for what no code object can hold. Only exact types: an instance of a subclass is not a constant. */
export function constantFromValue(value: PyValue): Constant | undefined {
  switch (typeof value) {
    case 'boolean':
    case 'bigint':
      return value;
    case 'number':
      return BigInt(value);
    case 'string':
      return textConstant(value);
    default:
      break;
  }
  if (value === None) return null;
  if (value === Ellipsis) return ellipsis;
  if (value instanceof PyCode) return value.code;
  if (!['float', 'complex', 'str', 'bytes', 'tuple', 'frozenset'].includes(typeOf(value).name)) return undefined;
  if (value instanceof PyFloat) return value.value;
  if (value instanceof PyComplex) return { kind: 'complex', real: value.real, imag: value.imag };
  if (value instanceof PyBytes) return value.bytes;
  if (value instanceof PyStr) return value.text === null ? pointsConstant(value.points as Uint32Array) : textConstant(value.text);
  if (value instanceof PyTuple) return all(value.items);
  if (value instanceof PySet && value.cls === frozensetType) {
    const items = all(value.table.toArray());
    return items && { kind: 'frozenset', items };
  }
  return undefined;
}

function all(values: readonly PyValue[]): Constant[] | undefined {
  const constants = values.map(constantFromValue);
  return constants.includes(undefined) ? undefined : (constants as Constant[]);
}

const surrogatePair = /[\ud800-\udbff][\udc00-\udfff]/;

/** In the VM every unit of a primitive string is one character; in the contract a pair would be read as one. */
function textConstant(text: string): Constant {
  return surrogatePair.test(text) ? { kind: 'str', codePoints: Array.from({ length: text.length }, (_, index) => text.charCodeAt(index)) } : text;
}

function pointsConstant(points: Uint32Array): Constant {
  for (let index = 1; index < points.length; index++) {
    if (points[index - 1] >= 0xd800 && points[index - 1] < 0xdc00 && points[index] >= 0xdc00 && points[index] < 0xe000) return { kind: 'str', codePoints: [...points] };
  }
  let text = '';
  for (const point of points) text += String.fromCodePoint(point);
  return text;
}

