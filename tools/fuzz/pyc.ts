// Damaged marshal data and .pyc files: reading gives a value or a PycError; what was read can be checked and written again.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { co_positions, exceptionEntries, findLabels, isCodeObject, walkInstructions } from '@py/code';
import { dumps, loads, loadsLate, readPyc, verifyCode, withOutline } from '@py/pyc';
import { root } from '../lib/files.ts';
import type { Random } from '../lib/random.ts';
import { damageBytes } from './targets.ts';
import type { FuzzTarget } from './targets.ts';

const folder = join(root, 'packages/pyc/test/fixtures/code');
const seeds = readdirSync(folder)
  .filter((name) => name.endsWith('.marshal'))
  .map((name) => Uint8Array.from(readFileSync(join(folder, name))));
const pycHeader = Uint8Array.of(0xcb, 0x0d, 0x0d, 0x0a, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8);

/** Type codes, sizes and references in any order: nearer to marshal than random bytes. */
function invented(random: Random): Uint8Array {
  const bytes: number[] = [];
  for (let count = 1 + random.below(200); count > 0; count--) {
    const type = random.pick([...'NFT.Sifgxylstrr([{ccu<>aA))zzZ0I'].map((letter) => letter.charCodeAt(0)));
    bytes.push(type | (random.oneIn(2) ? 0x80 : 0));
    if (random.oneIn(3)) bytes.push(random.below(random.oneIn(5) ? 256 : 6), 0, 0, random.oneIn(20) ? random.below(256) : 0);
    else if (random.oneIn(2)) bytes.push(random.below(6));
  }
  return Uint8Array.from(bytes);
}

/** As deep as allowed and deeper, and trees that would be endless if every reference were followed. */
function nested(random: Random): Uint8Array {
  const levels = 1 + random.below(random.oneIn(3) ? 5000 : 60);
  const opening = random.pick([[0x29, 1], [0xa9, 2], [0x5b, 1, 0, 0, 0], [0xbe, 2, 0, 0, 0], [0x7b], [0xbe, 1, 0, 0, 0]]);
  const bytes: number[] = [];
  for (let level = 0; level < levels; level++) bytes.push(...opening);
  bytes.push(0x4e);
  for (let level = levels - 1; level > 0; level--) bytes.push(0x72, level & 255, level >> 8, 0, 0);
  return Uint8Array.from(bytes);
}

/** Reads all code objects that an outline defers; each may be wrong. */
function readLate(input: Uint8Array): void {
  const values: unknown[] = [loadsLate(input)];
  for (let value = values.pop(), count = 0; value !== undefined && count < 10_000; value = values.pop(), count++) {
    if (!isCodeObject(value)) continue;
    try {
      values.push(...value.co_consts);
    } catch (error) {
      if ((error as Error).name !== 'PycError') throw error;
    }
  }
}

export const target: FuzzTarget = {
  allowed: ['PycError'],
  input(random) {
    if (random.oneIn(4)) return invented(random);
    if (random.oneIn(20)) return nested(random);
    if (random.oneIn(5)) return damageBytes(withOutline(random.pick(seeds)), random);
    const bytes = damageBytes(random.pick(seeds), random);
    return random.oneIn(3) ? Uint8Array.of(...pycHeader, ...bytes) : bytes;
  },
  run(input) {
    readLate(input);
    const value = input[0] === pycHeader[0] && input[1] === pycHeader[1] ? readPyc(input).code : loads(input);
    if (isCodeObject(value)) {
      const problems = verifyCode(value);
      if (problems.some(({ message }) => message.includes('undefined'))) throw new Error(`a problem without words: ${JSON.stringify(problems)}`);
      for (const step of [walkInstructions(value.co_code), co_positions(value), exceptionEntries(value.co_exceptiontable), findLabels(value.co_code)]) void [...step];
    }
    const written = dumps(value);
    const again = dumps(loads(written));
    if (written.length !== again.length || written.some((byte, index) => byte !== again[index])) throw new Error('written differently the second time');
  },
};
