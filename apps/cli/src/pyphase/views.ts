// One view a phase: as text for people and as data for programs.
import { statSync, writeFileSync } from 'node:fs';
import { dump, reprString, tok_name, type AnyNode, type mod, type SymbolTableBlock, type Token } from '@py/ast';
import { codeInfo, codeToJson, constantToJson, dis, getInstructions, isCodeObject, type CodeObject, type Constant } from '@py/code';
import { compileSource, readSymbols, readTokens, readTree } from '@py/python/pipeline';
import { pycMagic, readPyc, writePyc } from '@py/pyc';
import { dumpSymbolTable } from '@py/symtable';

export interface ViewInput {
  readonly bytes: Uint8Array;
  readonly filename: string;
  readonly mode: 'exec' | 'eval' | 'single';
  readonly optimize: 0 | 1 | 2;
  /** Source lines to show, both included. */
  readonly firstLine: number;
  readonly lastLine: number;
  readonly attributes: boolean;
  readonly indent: number;
  readonly caches: boolean;
  /** Where `pyc` writes the file; null for nowhere. */
  readonly output: string | null;
}

export interface View {
  text(input: ViewInput): string;
  /** For `JSON.stringify`. */
  data(input: ViewInput): unknown;
}

const tokens: View = {
  text(input) {
    return tokenList(input).map((token) => {
      const range = `${token.lineno},${token.col_offset}-${token.end_lineno},${token.end_col_offset}:`;
      return `${range.padEnd(20)}${tok_name[token.type].padEnd(15)}${reprString(token.string)}\n`;
    }).join('');
  },
  data(input) {
    return tokenList(input).map((token) => ({ ...token, type: tok_name[token.type] }));
  },
};

function tokenList(input: ViewInput): Token[] {
  const stream = readTokens(input.bytes, input);
  const list = [...stream].filter((token) => shown(token.lineno, input));
  if (stream.error) throw stream.error;
  return list;
}

const ast: View = {
  text(input) {
    const tree = limited(readTree(input.bytes, input), input);
    return `${dump(tree, { indent: input.indent, include_attributes: input.attributes })}\n`;
  },
  data(input) {
    return nodeData(limited(readTree(input.bytes, input), input), input.attributes);
  },
};

/** The tree with only the statements that begin on the lines asked for. */
function limited(tree: mod, input: ViewInput): mod {
  if (tree.nodeType !== 'Module' && tree.nodeType !== 'Interactive') return tree;
  return { ...tree, body: tree.body.filter((statement) => statement.end_lineno >= input.firstLine && statement.lineno <= input.lastLine) };
}

const positions = new Set(['lineno', 'col_offset', 'end_lineno', 'end_col_offset']);

function nodeData(value: unknown, attributes: boolean): unknown {
  if (Array.isArray(value)) return value.map((item) => nodeData(item, attributes));
  if (typeof value !== 'object' || value === null || !('nodeType' in value)) return typeof value === 'bigint' ? constantToJson(value) : value;
  const node = value as AnyNode;
  const entries = Object.entries(node).filter(([name]) => attributes || !positions.has(name));
  return Object.fromEntries(entries.map(([name, field]) => {
    // A Constant's value is data of Python's, not a node.
    const constant = node.nodeType === 'Constant' && name === 'value';
    return [name, constant ? constantToJson(field as Constant) : nodeData(field, attributes)];
  }));
}

const symtable: View = {
  text: (input) => dumpSymbolTable(readSymbols(input.bytes, input)),
  data: (input) => blockData(readSymbols(input.bytes, input).top),
};

function blockData(block: SymbolTableBlock): unknown {
  return { ...block, symbols: Object.fromEntries(block.symbols), children: block.children.map(blockData) };
}

const disassembly: View = {
  text(input) {
    const code = codeOf(input);
    if (input.firstLine === 1 && input.lastLine === 999999999) return dis(code, { showCaches: input.caches });
    return instructionsOf(code).filter(({ line }) => shown(line, input)).map(({ owner, line, text }) => `${owner}:${line ?? ''}  ${text}\n`).join('');
  },
  data(input) {
    return allCode(codeOf(input)).map((code) => ({
      co_qualname: code.co_qualname,
      instructions: [...getInstructions(code, { showCaches: input.caches })].filter(({ positions }) => shown(positions?.lineno ?? null, input)).map((instruction) => ({ ...instruction, argval: constantToJson(instruction.argval) })),
    }));
  },
};

function instructionsOf(root: CodeObject): { owner: string; line: number | null; text: string }[] {
  return allCode(root).flatMap((code) => [...getInstructions(code)].map(({ opname, arg, argrepr, offset, positions }) => ({
    owner: code.co_qualname,
    line: positions?.lineno ?? null,
    text: `${String(offset).padStart(6)} ${opname.padEnd(20)} ${arg === null ? '' : String(arg).padStart(5)} ${argrepr && `(${argrepr})`}`.trimEnd(),
  })));
}

/** A code object and those inside it, outermost first. */
export function allCode(code: CodeObject): CodeObject[] {
  return [code, ...code.co_consts.filter(isCodeObject).flatMap(allCode)];
}

const code: View = {
  text: (input) => allCode(codeOf(input)).map((object) => `${codeInfo(object)}\n`).join('\n'),
  data: (input) => codeToJson(codeOf(input)),
};

const pyc: View = {
  text(input) {
    const { bytes, header } = pycOf(input);
    if (input.output !== null) {
      writeFileSync(input.output, bytes);
      return '';
    }
    return `${Object.entries(header).map(([name, value]) => `${`${name}:`.padEnd(10)}${value}\n`).join('')}\n${hexDump(bytes)}`;
  },
  data(input) {
    const { bytes, header } = pycOf(input);
    return { ...header, bytes: Buffer.from(bytes).toString('hex'), code: codeToJson(codeOf(input)) };
  },
};

interface PycView {
  readonly bytes: Uint8Array;
  readonly header: Readonly<Record<string, string | number | boolean>>;
}

/** A `.pyc` as it is, or the one that importing the source would write. */
function pycOf(input: ViewInput): PycView {
  const bytes = isPyc(input) ? input.bytes : compiledPyc(input);
  const { header } = readPyc(bytes, { path: input.filename });
  if (header.kind === 'hash') return { bytes, header: { magic: pycMagic, hash: Buffer.from(header.hash).toString('hex'), checkSource: header.checkSource } };
  return { bytes, header: { magic: pycMagic, mtime: header.mtime, size: header.size } };
}

function compiledPyc(input: ViewInput): Uint8Array {
  const mtime = input.filename === '<stdin>' ? 0 : Math.floor(statSync(input.filename).mtimeMs / 1000);
  return writePyc(codeOf(input), { kind: 'timestamp', mtime, size: input.bytes.length });
}

function hexDump(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 16) {
    const row = [...bytes.subarray(at, at + 16)];
    const hex = row.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const characters = row.map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.')).join('');
    text += `${at.toString(16).padStart(8, '0')}  ${hex.padEnd(47)}  ${characters}\n`;
  }
  return text;
}

/** Compiled from source, or read from a `.pyc`. Throws PySyntaxError, PycError. */
export function codeOf(input: ViewInput): CodeObject {
  return isPyc(input) ? readPyc(input.bytes).code : compileSource(input.bytes, input);
}

/** A `.pyc` begins with its magic number, `\r\n` after it. */
function isPyc({ bytes }: ViewInput): boolean {
  return bytes.length >= 16 && bytes[2] === 13 && bytes[3] === 10 && (bytes[1] === 13 || bytes[1] === 12);
}

function shown(line: number | null, input: ViewInput): boolean {
  return line === null ? input.firstLine === 1 : line >= input.firstLine && line <= input.lastLine;
}

export const views = { tokens, ast, symtable, dis: disassembly, code, pyc } satisfies Record<string, View>;
