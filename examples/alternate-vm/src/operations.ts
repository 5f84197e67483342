// What can be done with values.
import { Builtin, hashKey, isTuple, PyDict, PyException, PyIterator, PyList, PyModule, PyRange, PySlice, raised, typeName, type Value } from './values.ts';
import { methods } from './builtins.ts';

/** `left <symbol> right`; a symbol ending in = may change `left`. */
export function binary(symbol: string, left: Value, right: Value): Value {
  const operator = symbol.replace(/=$/, '');
  if (left instanceof PyList && symbol === '+=') {
    left.items.push(...listed(right));
    return left;
  }
  if (isNumber(left) && isNumber(right)) return arithmetic(operator, left, right);
  if (operator === '+') {
    if (typeof left === 'string' && typeof right === 'string') return left + right;
    if (isTuple(left) && isTuple(right)) return [...left, ...right];
    if (left instanceof PyList && right instanceof PyList) return new PyList([...left.items, ...right.items]);
    if (typeof left === 'string' || isTuple(left) || left instanceof PyList) throw raised('TypeError', `can only concatenate ${typeName(left)} (not "${typeName(right)}") to ${typeName(left)}`);
  }
  if (operator === '*') {
    if (typeof right === 'bigint') return repeated(left, right);
    if (typeof left === 'bigint') return repeated(right, left);
  }
  if (operator === '|' && left instanceof PyDict && right instanceof PyDict) {
    const both = new PyDict();
    for (const [key, value] of [...left.entries.values(), ...right.entries.values()]) both.set(key, value);
    return both;
  }
  throw unsupported(symbol, left, right);
}

function unsupported(symbol: string, left: Value, right: Value): PyException {
  return raised('TypeError', `unsupported operand type(s) for ${symbol === '**' ? '** or pow()' : symbol}: '${typeName(left)}' and '${typeName(right)}'`);
}

type PyNumber = boolean | bigint | number;

function isNumber(value: Value): value is PyNumber {
  return typeof value === 'bigint' || typeof value === 'number' || typeof value === 'boolean';
}

function arithmetic(operator: string, left: PyNumber, right: PyNumber): Value {
  if (typeof left !== 'number' && typeof right !== 'number' && operator !== '/' && !(operator === '**' && BigInt(right) < 0n)) return ints(operator, BigInt(left), BigInt(right));
  const [a, b] = [Number(left), Number(right)];
  switch (operator) {
    case '+': return a + b;
    case '-': return a - b;
    case '*': return a * b;
    case '**': return a ** b;
    case '/':
      if (b === 0) throw raised('ZeroDivisionError', typeof left === 'number' || typeof right === 'number' ? 'float division by zero' : 'division by zero');
      return a / b;
    case '//':
      if (b === 0) throw raised('ZeroDivisionError', 'float floor division by zero');
      return Math.floor(a / b);
    case '%': {
      if (b === 0) throw raised('ZeroDivisionError', 'float modulo');
      const rest = a % b;
      return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
    }
  }
  throw unsupported(operator, left, right);
}

function ints(operator: string, a: bigint, b: bigint): bigint {
  switch (operator) {
    case '+': return a + b;
    case '-': return a - b;
    case '*': return a * b;
    case '**': return a ** b;
    case '&': return a & b;
    case '|': return a | b;
    case '^': return a ^ b;
    case '<<': return a << b;
    case '>>': return a >> b;
  }
  if (b === 0n) throw raised('ZeroDivisionError', operator === '%' ? 'integer modulo by zero' : 'integer division or modulo by zero');
  const rest = a % b;
  const crosses = rest !== 0n && rest < 0n !== b < 0n;
  if (operator === '//') return a / b - (crosses ? 1n : 0n);
  if (operator === '%') return crosses ? rest + b : rest;
  throw unsupported(operator, a, b);
}

function repeated(value: Value, count: bigint): Value {
  const times = Math.max(0, Number(count));
  if (typeof value === 'string') return value.repeat(times);
  const items = Array.from<readonly Value[]>({ length: times }).fill(value instanceof PyList ? value.items : isTuple(value) ? value : []).flat() as Value[];
  if (value instanceof PyList) return new PyList(items);
  if (isTuple(value)) return items;
  throw unsupported('*', value, count);
}

export function negative(value: Value): Value {
  if (typeof value === 'number') return -value;
  if (isNumber(value)) return -BigInt(value);
  throw raised('TypeError', `bad operand type for unary -: '${typeName(value)}'`);
}

export function inverted(value: Value): Value {
  if (typeof value === 'bigint' || typeof value === 'boolean') return ~BigInt(value);
  throw raised('TypeError', `bad operand type for unary ~: '${typeName(value)}'`);
}

export function equal(left: Value, right: Value): boolean {
  // eslint-disable-next-line eqeqeq -- 1 == 1.0 across JavaScript's two kinds of numbers
  if (isNumber(left) && isNumber(right)) return left == right;
  if (left instanceof PyList && right instanceof PyList) return equal(left.items, right.items);
  if (isTuple(left) && isTuple(right)) return left.length === right.length && left.every((item, index) => equal(item, right[index]));
  if (left instanceof PyDict && right instanceof PyDict) {
    return left.entries.size === right.entries.size && [...left.entries].every(([key, [, value]]) => right.entries.has(key) && equal(value, right.entries.get(key)![1]));
  }
  return left === right;
}

export function compare(symbol: string, left: Value, right: Value): boolean {
  if (symbol === '==') return equal(left, right);
  if (symbol === '!=') return !equal(left, right);
  if (isNumber(left) && isNumber(right)) return ordered(symbol, left < right, left > right, symbol.endsWith('=') && equal(left, right));
  if (typeof left === 'string' && typeof right === 'string') {
    // By code points, as UTF-8 bytes are ordered.
    const [a, b] = [[...left].map((c) => BigInt(c.codePointAt(0)!)), [...right].map((c) => BigInt(c.codePointAt(0)!))];
    return compare(symbol, a, b);
  }
  const [a, b] = left instanceof PyList && right instanceof PyList ? [left.items, right.items] : [left, right];
  if (!isTuple(a) || !isTuple(b)) throw raised('TypeError', `'${symbol}' not supported between instances of '${typeName(left)}' and '${typeName(right)}'`);
  const at = a.findIndex((item, index) => index >= b.length || !equal(item, b[index]));
  if (at >= 0 && at < b.length) return compare(symbol, a[at], b[at]);
  return ordered(symbol, at < 0 && a.length < b.length, at >= 0, a.length === b.length);
}

function ordered(symbol: string, less: boolean, greater: boolean, same: boolean): boolean {
  return (symbol.endsWith('=') && same) || (symbol.startsWith('<') ? less : greater);
}

export function contains(container: Value, item: Value): boolean {
  if (typeof container === 'string' && typeof item === 'string') return container.includes(item);
  if (container instanceof PyDict) return container.entries.has(hashKey(item));
  return listed(container).some((other) => other === item || equal(other, item));
}

export function iterate(value: Value): PyIterator {
  if (value instanceof PyIterator) return value;
  if (value instanceof PyList) {
    let index = 0;
    return new PyIterator(() => value.items[index++]);
  }
  if (value instanceof PyRange) {
    let next = value.start;
    return new PyIterator(() => {
      if (value.step > 0n ? next >= value.stop : next <= value.stop) return undefined;
      next += value.step;
      return next - value.step;
    });
  }
  const items = typeof value === 'string' ? [...value] : isTuple(value) ? value : value instanceof PyDict ? [...value.entries.values()].map(([key]) => key) : null;
  if (items === null) throw raised('TypeError', `'${typeName(value)}' object is not iterable`);
  const iterator = items[Symbol.iterator]();
  return new PyIterator(() => iterator.next().value as Value | undefined);
}

export function listed(value: Value): Value[] {
  const items: Value[] = [];
  const iterator = iterate(value);
  for (let item = iterator.next(); item !== undefined; item = iterator.next()) items.push(item);
  return items;
}

/** Values for `count` targets, and with `after` for a starred one between. */
export function unpack(value: Value, count: number, after: number | null): Value[] {
  const items = listed(value);
  const needed = count + (after ?? 0);
  if (items.length < needed) throw raised('ValueError', `not enough values to unpack (expected ${after === null ? '' : 'at least '}${needed}, got ${items.length})`);
  if (after === null && items.length > count) throw raised('ValueError', `too many values to unpack (expected ${count})`);
  return after === null ? items : [...items.slice(0, count), new PyList(items.slice(count, items.length - after)), ...items.slice(items.length - after)];
}

export function subscript(container: Value, key: Value): Value {
  if (container instanceof PyDict) {
    const found = container.get(key);
    if (found === undefined) throw raised('KeyError', key);
    return found;
  }
  const items = typeof container === 'string' ? [...container] : container instanceof PyList ? container.items : container instanceof PyRange ? listed(container) : container;
  if (!isTuple(items)) throw raised('TypeError', `'${typeName(container)}' object is not subscriptable`);
  if (!(key instanceof PySlice)) return items[indexIn(items, key, typeName(container))];
  const part = sliceIndices(key, items.length).map((index) => items[index]);
  return typeof container === 'string' ? part.join('') : container instanceof PyList ? new PyList(part) : part;
}

export function storeSubscript(container: Value, key: Value, value: Value): void {
  if (container instanceof PyDict) container.set(key, value);
  else if (container instanceof PyList && key instanceof PySlice) {
    const indices = sliceIndices(key, container.items.length);
    container.items.splice(indices[0] ?? Number(key.bounds[0] ?? 0n), indices.length, ...listed(value));
  } else if (container instanceof PyList) container.items[indexIn(container.items, key, 'list assignment')] = value;
  else throw raised('TypeError', `'${typeName(container)}' object does not support item assignment`);
}

export function deleteSubscript(container: Value, key: Value): void {
  if (container instanceof PyList) container.items.splice(indexIn(container.items, key, 'list assignment'), 1);
  else if (!(container instanceof PyDict)) throw raised('TypeError', `'${typeName(container)}' object does not support item deletion`);
  else if (!container.entries.delete(hashKey(key))) throw raised('KeyError', key);
}

function indexIn(items: readonly unknown[], key: Value, what: string): number {
  if (typeof key !== 'bigint') throw raised('TypeError', `${what} indices must be integers or slices, not ${typeName(key)}`);
  const index = Number(key) + (key < 0n ? items.length : 0);
  if (index < 0 || index >= items.length) throw raised('IndexError', `${what.replace('str', 'string')} index out of range`);
  return index;
}

function sliceIndices({ bounds: [from, to, by] }: PySlice, length: number): number[] {
  const step = by === null ? 1 : Number(by);
  const clamp = (bound: Value, absent: number): number => {
    if (bound === null) return absent;
    const index = Number(bound) + (Number(bound) < 0 ? length : 0);
    return Math.min(Math.max(index, step < 0 ? -1 : 0), step < 0 ? length - 1 : length);
  };
  const [start, stop] = [clamp(from, step < 0 ? length - 1 : 0), clamp(to, step < 0 ? -1 : length)];
  return Array.from({ length: Math.max(0, Math.ceil((stop - start) / step)) }, (_, index) => start + index * step);
}

export function attribute(value: Value, name: string): Value {
  if (value instanceof PyModule) {
    const found = value.names.get(name);
    if (found === undefined) throw raised('AttributeError', `module '${value.name}' has no attribute '${name}'`);
    return found;
  }
  if (value instanceof PyException) {
    if (name === 'args') return value.args;
    if (name === '__context__') return value.context;
    if (name === '__cause__') return value.cause;
  }
  const method = methods[typeName(value)]?.[name];
  if (method === undefined) throw raised('AttributeError', `'${typeName(value)}' object has no attribute '${name}'`);
  return new Builtin(name, (args) => method(value as never, args));
}
