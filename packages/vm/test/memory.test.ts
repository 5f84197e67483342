import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { Instance } from '../src/core/instance.ts';
import { newItems } from '../src/core/items.ts';
import { Shape } from '../src/core/shape.ts';
import { objectType } from '../src/core/type.ts';
import type { PyValue } from '../src/core/value.ts';
import { createVM } from '../src/create.ts';
import { PyDict } from '../src/objects/dict.ts';
import { PyList } from '../src/objects/list.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const count = 100_000;

/** Bytes of JavaScript's heap and typed arrays that what `make` gives takes, divided by `count`. */
function bytesEach(make: () => unknown): number {
  make(); // Code, and layouts of objects.
  collect();
  const before = used();
  const kept = make();
  collect();
  const bytes = used() - before;
  return kept === undefined ? NaN : bytes / count;
}

function used(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

describe('memory', () => {
  it('takes at most 12 bytes for a small int in a list', () => {
    const bytes = bytesEach(() => {
      const items = newItems();
      for (let i = 0; i < count; i++) items.push(i % 1000);
      return new PyList(items);
    });
    expect(bytes).toBeGreaterThan(7);
    expect(bytes).toBeLessThan(12);
  });

  it('takes at most 90 bytes for an instance with four attributes', () => {
    const shape = ['a', 'b', 'c', 'd'].reduce((found, name) => found.with(name) as Shape, Shape.root(objectType));
    const bytes = bytesEach(() => {
      const instances: Instance[] = new Array<Instance>(count);
      for (let i = 0; i < count; i++) {
        const instance = new Instance(objectType, shape);
        instance.s0 = instance.s1 = instance.s2 = instance.s3 = i;
        instances[i] = instance;
      }
      return instances;
    });
    expect(bytes).toBeGreaterThan(40);
    expect(bytes - 8).toBeLessThan(90); // Less its place in the array.
  });

  it.each(['int', 'str'])('takes at most 60 bytes for an entry of a dict with %s keys, the key itself not counted', (kind) => {
    const vm = createVM({ host: {} });
    const keys: PyValue[] = Array.from({ length: count }, (_, i) => (kind === 'int' ? i : `key ${i}`));
    const bytes = bytesEach(() => {
      const dict = new PyDict();
      for (const key of keys) dict.set(vm, key, 1);
      return dict;
    });
    expect(bytes).toBeGreaterThan(16);
    expect(bytes).toBeLessThan(60);
  });
});
