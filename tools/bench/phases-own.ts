// Our side of phases.ts, bundled and run by it: node --expose-gc own.mjs FOLDER PHASE ROUNDS.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { forEachChild, type AnyNode, type mod } from '@py/ast';
import type { CodeObject } from '@py/code';
import { compile } from '@py/compiler';
import { parse } from '@py/parser';
import { unicodeName } from '@py/parser/unicode-names';
import { dumps, loads } from '@py/pyc';
import { buildSymbolTable } from '@py/symtable';
import { decodeSource, tokenize } from '@py/tokenizer';

/** Garbage collection, with `--expose-gc`. */
declare const gc: () => void;

/** Rounds before those that count: V8 goes on optimising the compiler for so long, and all its threads' time counts as ours. */
const warmUp = 20;
const [folder, phase, rounds] = [process.argv[2], process.argv[3], Number(process.argv[4])];
const filename = 'x.py';
const sources = readdirSync(folder).sort().map((name) => Uint8Array.from(readFileSync(join(folder, name))));
console.log(JSON.stringify(phase === 'memory' ? memory() : least(prepare())));

function parseSource(source: Uint8Array): mod {
  return parse(tokenize(source, { decode: decodeSource }), { unicodeName });
}

function compileTree(tree: mod): CodeObject {
  return compile(tree, buildSymbolTable(tree, { filename }), { filename });
}

/** One pass of the phase over all files. What it starts from is made here; nothing else is kept. */
function prepare(): () => void {
  switch (phase) {
    case 'source to tokens':
      return () => sources.forEach((source) => tokenize(source, { decode: decodeSource }));
    case 'source to tree':
      return () => sources.forEach(parseSource);
    case 'source to code':
      return () => sources.forEach((source) => compileTree(parseSource(source)));
    case 'tree to scopes': {
      const trees = sources.map(parseSource);
      return () => trees.forEach((tree) => buildSymbolTable(tree, { filename }));
    }
    case 'tree to code': {
      const trees = sources.map(parseSource);
      return () => trees.forEach(compileTree);
    }
    case 'dumps': {
      const codes = sources.map((source) => compileTree(parseSource(source)));
      return () => codes.forEach((code) => dumps(code));
    }
    case 'loads': {
      const written = sources.map((source) => dumps(compileTree(parseSource(source))));
      return () => written.forEach((data) => loads(data));
    }
    default:
      throw new Error(`no phase ${phase}`);
  }
}

/** Milliseconds of CPU, all threads of V8 included, of the best round. */
function least(run: () => void): number {
  let fastest = Infinity;
  for (let round = -warmUp; round < rounds; round++) {
    const before = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(before);
    if (round >= 0) fastest = Math.min(fastest, (user + system) / 1000);
  }
  return fastest;
}

/** Bytes that all trees hold, and their nodes: as objects of ours, and as `ast.walk` counts them, where contexts and operators are nodes. */
function memory(): { readonly heap: number; readonly nodes: number; readonly walked: number } {
  sources.forEach(parseSource);
  gc();
  const before = process.memoryUsage().heapUsed;
  const trees = sources.map(parseSource);
  gc();
  const heap = process.memoryUsage().heapUsed - before;
  let nodes = 0;
  let walked = 0;
  const pending: AnyNode[] = [...trees];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    nodes++;
    walked += 1 + Number('ctx' in node) + Number('op' in node) + ('ops' in node ? node.ops.length : 0);
    forEachChild(node, (child) => pending.push(child));
  }
  return { heap, nodes, walked };
}
