// What can be fuzzed. A file <phase>.ts beside this one that exports `target` adds a target or replaces one.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CorpusFile } from '../conformance/corpus.ts';
import { root } from '../lib/files.ts';
import type { Random } from '../lib/random.ts';
import { damage, piece } from './damage.ts';

export interface FuzzTarget {
  /** One input. The same random numbers give the same input. */
  input(random: Random, corpus: readonly CorpusFile[]): Uint8Array;
  /** Must end, or throw an error whose `name` is in `allowed`. */
  run(input: Uint8Array): void;
  readonly allowed: readonly string[];
}

const folder = join(root, 'tools/fuzz');

const loaders: Readonly<Record<string, () => Promise<FuzzTarget>>> = {
  async tokenizer() {
    const { tokenize } = await import('@py/tokenizer');
    return { input: program, allowed: ['PySyntaxError'], run: (input) => void [...tokenize(input)] };
  },
  async parser() {
    const [{ tokenize }, { parse }] = await Promise.all([import('@py/tokenizer'), import('@py/parser')]);
    return { input: program, allowed: ['PySyntaxError'], run: (input) => void parse(tokenize(input)) };
  },
  async compiler() {
    const { compileSource } = await import('@py/python/pipeline');
    return { input: program, allowed: ['PySyntaxError'], run: (input) => void compileSource(input) };
  },
  async pyc() {
    const [{ dumps, loads }, { compileSource }] = await Promise.all([import('@py/pyc'), import('@py/python/pipeline')]);
    const input = (random: Random, corpus: readonly CorpusFile[]): Uint8Array => {
      const text = piece(new TextDecoder().decode(random.pick(corpus).source), random);
      try {
        return damageBytes(dumps(compileSource(text)), random);
      } catch {
        // A piece cut inside a string does not compile: its bytes do as well.
        return damageBytes(new TextEncoder().encode(text), random);
      }
    };
    return { input, allowed: ['PycError'], run: (bytes) => void loads(bytes) };
  },
};

/** Names of all targets. */
export const targetNames: readonly string[] = Object.keys(loaders);

export async function loadTarget(name: string): Promise<FuzzTarget> {
  const file = join(folder, `${name}.ts`);
  if (existsSync(file) && name !== 'main' && name !== 'targets' && name !== 'damage' && name !== 'worker') {
    const { target } = (await import(pathToFileURL(file).href)) as { target: FuzzTarget };
    return target;
  }
  const load = loaders[name];
  if (!load) throw new Error(`there is nothing called ${name} to fuzz: ${targetNames.join(', ')}`);
  return load();
}

/** A damaged program, sometimes with damaged bytes, rarely only random bytes. */
export function program(random: Random, corpus: readonly CorpusFile[]): Uint8Array {
  if (random.oneIn(20)) return Uint8Array.from({ length: random.below(300) }, () => random.below(256));
  const text = damage(piece(new TextDecoder().decode(random.pick(corpus).source), random), random);
  const bytes = new TextEncoder().encode(random.oneIn(50) ? nested(random) : text);
  return random.oneIn(5) ? damageBytes(bytes, random) : bytes;
}

/** Deep nesting: what overflows a careless recursion. */
function nested(random: Random): string {
  const depth = 10 ** (1 + random.below(5));
  const [open, middle, close] = random.pick([
    ['(', '1', ')'], ['[', '', ']'], ['{', '1', '}'], ['-', '1', ''], ['not ', 'x', ''], ['lambda: ', '1', ''], ['f(', '', ')'], ['x[', '0', ']'],
    ['1 + ', '1', ''], ['1 if ', '1', ' else 1'], ['await ', 'x', ''], ['x.', 'y', ''], ["f'{", '1', "}'"], ['x = ', '1', ''], ['*', 'a', ''], ['{**', 'a', '}'],
  ]);
  return `${open.repeat(depth)}${middle}${random.oneIn(4) ? '' : close.repeat(depth)}\n`;
}

/** Some bytes changed, lost, doubled, or the end cut off. */
export function damageBytes(bytes: Uint8Array, random: Random): Uint8Array {
  if (bytes.length === 0) return bytes;
  const list = [...bytes];
  for (let times = 1 + random.below(4); times > 0 && list.length > 0; times--) {
    const at = random.below(list.length);
    const kind = random.below(5);
    if (kind === 0) list[at] = random.below(256);
    else if (kind === 1) list[at] ^= 1 << random.below(8);
    else if (kind === 2) list.splice(at, 1 + random.below(8));
    else if (kind === 3) list.splice(at, 0, ...list.slice(at, at + 1 + random.below(16)));
    else list.length = at;
  }
  return Uint8Array.from(list);
}
