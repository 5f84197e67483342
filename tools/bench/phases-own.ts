// Our times for phases.ts, bundled and run by it: node --expose-gc own.mjs FOLDER ROUNDS.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { forEachChild, type AnyNode } from '@py/ast';
import { compile } from '@py/compiler';
import { parse } from '@py/parser';
import { unicodeName } from '@py/parser/unicode-names';
import { dumps, loads } from '@py/pyc';
import { buildSymbolTable } from '@py/symtable';
import { decodeSource, tokenize } from '@py/tokenizer';

/** Garbage collection, with `--expose-gc`. */
declare const gc: () => void;

const [folder, rounds] = [process.argv[2], Number(process.argv[3])];
const filename = 'x.py';
const files = readdirSync(folder).map((name) => Uint8Array.from(readFileSync(join(folder, name))));
const parseSource = (source: Uint8Array): ReturnType<typeof parse> => parse(tokenize(source, { decode: decodeSource }), { unicodeName });
const compileTree = (tree: ReturnType<typeof parse>): ReturnType<typeof compile> => compile(tree, buildSymbolTable(tree, { filename }), { filename });

// Memory first, when there is no garbage from anything else.
files.forEach(parseSource);
gc();
const before = process.memoryUsage().heapUsed;
const trees = files.map(parseSource);
gc();
const heap = process.memoryUsage().heapUsed - before;
const codes = trees.map(compileTree);
const written = codes.map((code) => dumps(code));

const times = {
  'tokens': best(() => files.forEach((source) => tokenize(source, { decode: decodeSource }))),
  'source to tree': best(() => files.forEach(parseSource)),
  'tree to scopes': best(() => trees.forEach((tree) => buildSymbolTable(tree))),
  'tree to code': best(() => trees.forEach(compileTree)),
  'source to code': best(() => files.forEach((source) => compileTree(parseSource(source)))),
  'dumps': best(() => codes.forEach((code) => dumps(code))),
  'loads': best(() => written.forEach((data) => loads(data))),
};
console.log(JSON.stringify({ times, heap, ...countNodes(trees) }));

/** Milliseconds; two rounds more than asked, for V8's compiler. */
function best(run: () => void): number {
  let fastest = Infinity;
  for (let round = 0; round < rounds + 2; round++) {
    gc();
    const started = performance.now();
    run();
    fastest = Math.min(fastest, performance.now() - started);
  }
  return fastest;
}

/** Nodes as objects of ours, and as `ast.walk` counts them: contexts and operators are nodes there. */
function countNodes(roots: readonly AnyNode[]): { readonly nodes: number; readonly walked: number } {
  let nodes = 0;
  let walked = 0;
  const pending = [...roots];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    nodes++;
    walked += 1 + Number('ctx' in node) + Number('op' in node) + ('ops' in node ? node.ops.length : 0);
    forEachChild(node, (child) => pending.push(child));
  }
  return { nodes, walked };
}
