// Programs made at random: every statement and expression in every place where it may stand, also where nobody would write it.
// Most compile; the others show which error comes first.
import type { CorpusFile } from '../conformance/corpus.ts';
import { seeded, type Random } from '../lib/random.ts';

/** So many programs, the same for the same seed. */
export function generatedPrograms(count: number, seed: number): CorpusFile[] {
  const random = seeded(seed);
  return Array.from({ length: count }, (_, index) => ({
    name: `generated ${index} of seed ${seed}`,
    source: Buffer.from(new ProgramMaker(random).program()),
  }));
}

type Maker = (depth: number) => string;

const names = ['a', 'b', 'c', 'd', 'e', 'x', 'y', 'z', '__p'];
const literals = [
  '0', '1', '2', '-1', '3', '10', '255', '1.5', '0.0', '1j', '1e3', 'True', 'False', 'None', '...', "'s'", "''", "'ab'", "b'q'", "'%s-%r'", '(1, 2)', '()',
  '__debug__', '2 ** 3', '1 / 3', '7 // 2', "'x' * 3",
];
const binaryOperators = ['+', '-', '*', '/', '//', '%', '**', '|', '&', '^', '<<', '>>', '@'];
const comparisons = ['<', '==', '!=', '>=', 'is', 'is not', 'in', 'not in'];

class ProgramMaker {
  private readonly random: Random;
  /** Where the next statement stands: `yield`, `await`, `break` and so on are written where they are allowed. */
  private place = { inFunction: false, inAsync: false, inLoop: false };

  constructor(random: Random) {
    this.random = random;
  }

  program(): string {
    const header = this.random.oneIn(8) ? 'from __future__ import annotations\n' : '';
    return header + this.times(2, 5, () => this.statement('', 4)).join('');
  }

  private times<T>(least: number, more: number, make: () => T): T[] {
    return Array.from({ length: least + this.random.below(more) }, make);
  }

  private maybe(chance: number, make: () => string): string {
    return this.random.below(100) < chance ? make() : '';
  }

  private name(): string {
    return this.random.pick(names);
  }

  /** Makes something in another place than here. */
  private within<T>(place: Partial<ProgramMaker['place']>, make: () => T): T {
    const before = this.place;
    this.place = { ...before, ...place };
    const made = make();
    this.place = before;
    return made;
  }

  private block(indent: string, depth: number): string {
    return this.times(1, 3, () => this.statement(`${indent} `, depth - 1)).join('');
  }

  private statement(indent: string, depth: number): string {
    if (depth > 0 && this.random.oneIn(2)) return this.random.pick(this.compound)(indent, depth);
    return `${indent}${this.random.pick(this.simple)()}\n`;
  }

  private readonly simple: readonly (() => string)[] = [
    () => `${this.target(2)} = ${this.expression(2)}`,
    () => `${this.name()} = ${this.target(1)} = ${this.expression(2)}`,
    () => this.expression(3),
    () => this.expression(3),
    () => `${this.random.pick([this.name(), `${this.name()}.a`, `${this.name()}[0]`])} ${this.random.pick(['+=', '-=', '|=', '**='])} ${this.expression(2)}`,
    () => 'pass',
    () => (this.place.inLoop ? this.random.pick(['break', 'continue']) : this.random.pick(literals)),
    () => (this.place.inFunction ? `return${this.place.inAsync ? '' : this.maybe(70, () => ` ${this.expression(2)}`)}` : `del ${this.name()}`),
    () => `raise${this.maybe(60, () => ` ${this.expression(1)}${this.maybe(30, () => ` from ${this.expression(1)}`)}`)}`,
    () => `assert ${this.expression(2)}${this.maybe(50, () => `, ${this.expression(1)}`)}`,
    () => this.random.pick(['import m', 'import m.n', 'import m as a', 'import m.n as b', 'from m import a', 'from . import b as c']),
    () => `del ${this.random.pick([this.name(), `${this.name()}.a`, `${this.name()}[1]`, `(${this.name()}, ${this.name()})`])}`,
    () => `${this.name()}: ${this.expression(1)}${this.maybe(50, () => ` = ${this.expression(1)}`)}`,
    () => `${this.name()}, ${this.name()} = ${this.name()}, ${this.name()}`,
    () => `${this.name()}, ${this.name()}, ${this.name()} = ${this.expression(1)}, ${this.expression(1)}, ${this.expression(1)}`,
    () => `type ${this.name()}${this.maybe(30, () => '[T]')} = ${this.expression(1)}`,
  ];

  private readonly compound: readonly ((indent: string, depth: number) => string)[] = [
    (indent, depth) =>
      `${indent}if ${this.expression(2)}:\n${this.block(indent, depth)}${this.maybe(40, () => `${indent}elif ${this.expression(2)}:\n${this.block(indent, depth)}`)}${this.otherwise(indent, depth)}`,
    (indent, depth) =>
      `${indent}while ${this.expression(2)}:\n${this.within({ inLoop: true }, () => this.block(indent, depth))}${this.otherwise(indent, depth)}`,
    (indent, depth) =>
      `${indent}${this.async()}for ${this.target(1)} in ${this.expression(2)}:\n${this.within({ inLoop: true }, () => this.block(indent, depth))}${this.otherwise(indent, depth)}`,
    (indent, depth) => this.try(indent, depth),
    (indent, depth) => this.tryStar(indent, depth),
    (indent, depth) =>
      `${indent}${this.async()}with ${this.expression(1)}${this.maybe(60, () => ` as ${this.target(1)}`)}${this.maybe(30, () => `, ${this.expression(1)}`)}:\n${this.block(indent, depth)}`,
    (indent, depth) =>
      `${indent}match ${this.expression(1)}:\n${this.times(1, 3, () => `${indent} case ${this.pattern(2)}${this.maybe(30, () => ` if ${this.expression(1)}`)}:\n${this.block(`${indent} `, depth)}`).join('')}`,
    (indent, depth) => this.function(indent, depth),
    (indent, depth) => this.function(indent, depth),
    (indent, depth) =>
      `${indent}class ${this.name()}${this.maybe(15, () => '[T]')}${this.maybe(40, () => `(${this.name()})`)}:\n${this.within({ inFunction: false, inAsync: false, inLoop: false }, () => this.block(indent, depth))}`,
  ];

  private otherwise(indent: string, depth: number): string {
    return this.maybe(35, () => `${indent}else:\n${this.block(indent, depth)}`);
  }

  private async(): string {
    return this.place.inAsync ? this.maybe(35, () => 'async ') : '';
  }

  private try(indent: string, depth: number): string {
    const body = `${indent}try:\n${this.block(indent, depth)}`;
    const final = (): string => `${indent}finally:\n${this.block(indent, depth)}`;
    if (this.random.oneIn(5)) return body + final();
    const handler = `${indent}except ${this.expression(1)}${this.maybe(50, () => ` as ${this.name()}`)}:\n${this.block(indent, depth)}`;
    const bare = this.maybe(30, () => `${indent}except:\n${this.block(indent, depth)}`);
    return body + handler + bare + this.otherwise(indent, depth) + this.maybe(40, final);
  }

  private tryStar(indent: string, depth: number): string {
    const handler = (): string =>
      `${indent}except* ${this.expression(1)}${this.maybe(50, () => ` as ${this.name()}`)}:\n${this.within({ inFunction: false, inLoop: false }, () => this.block(indent, depth))}`;
    const body = `${indent}try:\n${this.block(indent, depth)}`;
    return body + handler() + this.maybe(30, handler) + this.otherwise(indent, depth) + this.maybe(30, () => `${indent}finally:\n${this.block(indent, depth)}`);
  }

  private function(indent: string, depth: number): string {
    const inAsync = this.random.oneIn(3);
    const parameters = this.random.pick(['', 'a', 'a, b', 'a, *b', 'a, b=1', '*, c=2', 'a, /, b', '**e', 'a=1, *b, d, **e', 'a: x = y, *b: z']);
    const head = `${this.maybe(15, () => `${indent}@${this.name()}\n`)}${indent}${inAsync ? 'async ' : ''}def ${this.name()}${this.maybe(10, () => '[T]')}`;
    const returns = this.maybe(10, () => ` -> ${this.expression(1)}`);
    const first =
      this.maybe(10, () => `${indent} 'doc'\n`) + this.maybe(15, () => `${indent} ${this.random.pick(['global', 'nonlocal'])} ${this.random.pick(['x', 'y', 'z'])}\n`);
    return `${head}(${parameters})${returns}:\n${first}${this.within({ inFunction: true, inAsync, inLoop: false }, () => this.block(indent, depth))}`;
  }

  private target(depth: number): string {
    if (depth <= 0 || this.random.oneIn(2)) return this.name();
    return this.random.pick<() => string>([
      () => `${this.name()}.${this.name()}`,
      () => `${this.name()}[${this.expression(depth - 1)}]`,
      () => `(${this.target(depth - 1)}, ${this.target(depth - 1)})`,
      () => `[${this.target(depth - 1)}, *${this.name()}]`,
    ])();
  }

  private pattern(depth: number): string {
    const inner = (): string => this.pattern(depth - 1);
    if (depth <= 0) return this.random.pick(['_', '1', "'s'", 'None', '-1', 'a.b', '1+2j']);
    return this.random.pick<() => string>([
      () => `x${this.random.below(99)}`,
      () => `[${inner()}, ${inner()}]`,
      () => `[${inner()}, *_]`,
      () => `{'k': ${inner()}, 'l': ${inner()}, **r${this.random.below(9)}}`,
      () => `C(${inner()}, q=${inner()})`,
      () => `(1 | ${this.random.pick(['2', '[3]', "'s'"])})`,
      () => `(${inner()}, ${inner()}, ${inner()})`,
      () => this.pattern(0),
    ])();
  }

  private expression(depth: number): string {
    if (depth <= 0 || this.random.oneIn(6)) return this.random.oneIn(2) ? this.name() : this.random.pick(literals);
    return this.random.pick(this.expressions)(depth - 1);
  }

  private readonly expressions: readonly Maker[] = [
    (depth) => `(${this.expression(depth)} ${this.random.pick(binaryOperators)} ${this.expression(depth)})`,
    (depth) => `(${this.random.pick(['-', '+', '~', 'not '])}${this.expression(depth)})`,
    (depth) => `(${this.expression(depth)} ${this.random.pick(['and', 'or'])} ${this.expression(depth)})`,
    (depth) => `(${this.expression(depth)} ${this.random.pick(['and', 'or'])} ${this.expression(depth)} ${this.random.pick(['and', 'or'])} ${this.expression(depth)})`,
    (depth) => `(${this.expression(depth)} if ${this.expression(depth)} else ${this.expression(depth)})`,
    (depth) => `(${this.expression(depth)} ${this.random.pick(comparisons)} ${this.expression(depth)})`,
    (depth) => `(${this.expression(depth)} ${this.random.pick(comparisons)} ${this.expression(depth)} ${this.random.pick(comparisons)} ${this.expression(depth)})`,
    (depth) => `${this.name()}(${this.callArguments(depth)})`,
    (depth) => `${this.name()}.${this.name()}(${this.callArguments(depth)})`,
    () => `${this.name()}.${this.name()}`,
    () => `${this.name()}.${this.name()}.${this.name()}`,
    (depth) => `(${this.expression(depth)})[${this.expression(depth)}]`,
    (depth) => `${this.name()}[${this.maybe(50, () => this.expression(depth))}:${this.maybe(50, () => this.expression(depth))}${this.maybe(30, () => `:${this.expression(depth)}`)}]`,
    (depth) => `[${this.times(0, 5, () => this.starred(depth)).join(', ')}]`,
    (depth) => `(${this.times(1, 4, () => `${this.starred(depth)},`).join(' ')})`,
    (depth) => `{${this.times(1, 4, () => this.starred(depth)).join(', ')}}`,
    (depth) => `{${this.times(0, 4, () => (this.random.oneIn(10) ? `**${this.name()}` : `${this.expression(depth)}: ${this.expression(depth)}`)).join(', ')}}`,
    (depth) => `[${this.expression(depth)} ${this.generators(depth)}]`,
    (depth) => `{${this.expression(depth)} ${this.generators(depth)}}`,
    (depth) => `{${this.expression(depth)}: ${this.expression(depth)} ${this.generators(depth)}}`,
    (depth) => `(${this.expression(depth)} ${this.generators(depth)})`,
    (depth) => `(lambda ${this.random.pick(['', 'a', 'x=1', '*b', 'a, /, *, d'])}: ${this.within({ inFunction: true, inAsync: false }, () => this.expression(depth))})`,
    () => `f'{${this.name()}}${this.maybe(50, () => `{${this.name()}!r:>{${this.name()}}}`)}t'`,
    (depth) => `(${this.name()} := ${this.expression(depth)})`,
    (depth) => `'%s %r' % (${this.expression(depth)}, ${this.expression(depth)})`,
    (depth) => {
      if (!this.place.inFunction) return this.name();
      if (this.place.inAsync) return `(await ${this.expression(depth)})`;
      return this.random.oneIn(3) ? `(yield from ${this.expression(depth)})` : `(yield ${this.expression(depth)})`;
    },
  ];

  private starred(depth: number): string {
    return this.random.oneIn(12) ? `*${this.name()}` : this.expression(depth);
  }

  private callArguments(depth: number): string {
    const positional = this.times(0, 4, () => this.starred(depth));
    const keywords = [this.maybe(30, () => `k=${this.expression(depth)}`), this.maybe(10, () => `**${this.name()}`)];
    return [...positional, ...keywords].filter((text) => text !== '').join(', ');
  }

  private generators(depth: number): string {
    const one = (): string =>
      `${this.async()}for ${this.target(1)} in ${this.expression(depth)}${this.maybe(40, () => ` if ${this.expression(depth)}`)}`;
    return `${one()}${this.maybe(15, () => ` ${one()}`)}`;
  }
}
