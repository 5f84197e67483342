import { readFileSync } from 'node:fs';
import { isCodeObject, isLate } from '@py/code';
import type { CodeObject } from '@py/code';
import { describe, expect, it } from 'vitest';
import { dumps, loads, loadsLate, withOutline } from '../src/index.ts';

const marshalled = new Uint8Array(readFileSync(new URL('fixtures/code/sharing.marshal', import.meta.url)));

function inner(code: CodeObject): CodeObject[] {
  return code.co_consts.filter(isCodeObject);
}

describe('an outline', () => {
  it('does not disturb who does not know it', () => {
    expect(dumps(loads(withOutline(marshalled)))).toEqual(dumps(loads(marshalled)));
  });

  it('lets code objects within others be read when they are looked at', () => {
    const code = loadsLate(withOutline(marshalled)) as CodeObject;
    expect(isLate(code)).toBe(false);
    expect(inner(code).length).toBeGreaterThan(0);
    expect(inner(code).every(isLate)).toBe(true);
    expect(inner(code).map(({ co_name, co_qualname }) => [co_name, co_qualname])).toEqual(inner(loads(marshalled) as CodeObject).map(({ co_name, co_qualname }) => [co_name, co_qualname]));
  });

  it('gives the same objects, whichever is read first', () => {
    const whole = dumps(loads(marshalled));
    expect(dumps(loadsLate(withOutline(marshalled)))).toEqual(whole);
    const code = loadsLate(withOutline(marshalled)) as CodeObject;
    const backwards = (each: CodeObject): void => {
      for (const one of inner(each).reverse()) backwards(one);
    };
    backwards(code);
    expect(dumps(code)).toEqual(whole);
  });

  it('without one everything is read at once', () => {
    expect(inner(loadsLate(marshalled) as CodeObject).some(isLate)).toBe(false);
  });

  it('lets the caller say what an error becomes', () => {
    const bytes = withOutline(marshalled);
    const code = loadsLate(bytes, (read) => {
      try {
        return read();
      } catch {
        throw new Error('mine');
      }
    }) as CodeObject;
    const { co_linetable } = inner(loads(marshalled) as CodeObject)[0];
    const at = Buffer.from(bytes).indexOf(co_linetable) - 5; // Its type and length stand before it.
    expect(loads(bytes.subarray(at))).toEqual(co_linetable);
    bytes[at] = 'X'.charCodeAt(0);
    expect(() => dumps(code)).toThrow('mine');
  });
});
