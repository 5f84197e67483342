// Functions and methods that programs find without importing anything.
import { compare, equal, iterate, listed } from './operations.ts';
import { Builtin, exceptionClasses, isTuple, PyDict, PyList, PyRange, raised, repr, str, truth, typeName, type Namespace, type Value } from './values.ts';

/** Called only for values of its own type. */
type Method = (self: never, args: readonly Value[]) => Value;

/** Type → method name → what it does; the type's own constructor is a builtin of the same name. */
export const methods: Readonly<Record<string, Readonly<Record<string, Method>>>> = {
  list: {
    append(self: PyList, [item]) {
      self.items.push(item);
      return null;
    },
    extend(self: PyList, [items]) {
      self.items.push(...listed(items));
      return null;
    },
    pop(self: PyList, [index = -1n]) {
      if (self.items.length === 0) throw raised('IndexError', 'pop from empty list');
      return self.items.splice(Number(index), 1)[0];
    },
  },
  dict: {
    get(self: PyDict, [key, absent = null]) {
      const value = self.get(key);
      return value === undefined ? absent : value;
    },
    items: (self: PyDict) => new PyList([...self.entries.values()]),
    keys: (self: PyDict) => new PyList([...self.entries.values()].map(([key]) => key)),
    values: (self: PyDict) => new PyList([...self.entries.values()].map(([, value]) => value)),
  },
  str: {
    join: (self: string, [items]) => listed(items).map(str).join(self),
    upper: (self: string) => self.toUpperCase(),
    lower: (self: string) => self.toLowerCase(),
    startswith: (self: string, [prefix]) => self.startsWith(str(prefix)),
  },
};

/** A fresh table of builtins; `write` receives what print prints. */
export function makeBuiltins(write: (text: string) => void): Namespace {
  const functions: Readonly<Record<string, (args: readonly Value[], keywords: ReadonlyMap<string, Value>) => Value>> = {
    print(args, keywords) {
      write(args.map(str).join(str(keywords.get('sep') ?? ' ')) + str(keywords.get('end') ?? '\n'));
      return null;
    },
    abs: ([value]) => (typeof value === 'number' ? Math.abs(value) : (value as bigint) < 0n ? -(value as bigint) : value),
    bool: ([value = false]) => truth(value),
    dict: () => new PyDict(),
    enumerate: ([items, start = 0n]) => new PyList(listed(items).map((item, index) => [BigInt(index) + (start as bigint), item])),
    float: ([value = 0]) => Number(value),
    int: ([value = 0n]) => (typeof value === 'number' ? BigInt(Math.trunc(value)) : toInt(value)),
    isinstance: ([value, cls]) => (isTuple(cls) ? cls : [cls]).some((one) => (one instanceof Builtin ? one.name === typeName(value) : value !== null && typeof value === 'object' && 'cls' in value && value.cls.isSubclassOf(one))),
    iter: ([items]) => iterate(items),
    len: ([value]) => BigInt(value instanceof PyDict ? value.entries.size : listed(value).length),
    list: ([items = []]) => new PyList(listed(items)),
    max: (args) => (args.length === 1 ? listed(args[0]) : args).reduce((best, item) => (compare('>', item, best) ? item : best)),
    min: (args) => (args.length === 1 ? listed(args[0]) : args).reduce((best, item) => (compare('<', item, best) ? item : best)),
    range: ([start, stop, step = 1n]) => (stop === undefined ? new PyRange(0n, start as bigint, 1n) : new PyRange(start as bigint, stop as bigint, step as bigint)),
    repr: ([value]) => repr(value),
    sorted: ([items], keywords) => new PyList(listed(items).sort((a, b) => (equal(a, b) ? 0 : compare('<', a, b) !== truth(keywords.get('reverse') ?? false) ? -1 : 1))),
    str: ([value = '']) => str(value),
    sum: ([items]) => listed(items).reduce((total, item) => (typeof total === 'bigint' && typeof item === 'bigint' ? total + item : Number(total) + Number(item)), 0n),
    tuple: ([items = []]) => listed(items),
    zip: ([first, ...rest]) => new PyList(listed(first).slice(0, Math.min(...rest.map((items) => listed(items).length))).map((item, index) => [item, ...rest.map((items) => listed(items)[index])])),
  };
  const builtins: Namespace = new Map(Object.entries(functions).map(([name, call]) => [name, new Builtin(name, call)]));
  for (const [name, cls] of Object.entries(exceptionClasses)) builtins.set(name, cls);
  return builtins;
}

function toInt(value: Value): bigint {
  try {
    return BigInt(value as string);
  } catch {
    throw raised('ValueError', `invalid literal for int() with base 10: ${repr(value)}`);
  }
}
