// pyphase diff A B: where the bytecode of two programs differs.
import { getInstructions, isCodeObject, type CodeObject } from '@py/code';

export interface Change {
  /** In both, in the first only, in the second only. */
  readonly kind: ' ' | '-' | '+';
  readonly text: string;
}

export interface CodeDiff {
  readonly co_qualname: string;
  readonly changes: readonly Change[];
}

/** The code objects that differ, by qualified name; offsets and lines do not count, jumps do by how far they go. */
export function diffCode(first: CodeObject, second: CodeObject): CodeDiff[] {
  const left = linesByName(first);
  const right = linesByName(second);
  const names = [...left.keys(), ...[...right.keys()].filter((name) => !left.has(name))];
  return names
    .map((co_qualname) => ({ co_qualname, changes: diffLines(left.get(co_qualname) ?? [], right.get(co_qualname) ?? []) }))
    .filter(({ changes }) => changes.some(({ kind }) => kind !== ' '));
}

/** Text of a diff: three equal instructions around each change. */
export function diffText(diffs: readonly CodeDiff[]): string {
  return diffs.map(({ co_qualname, changes }) => `@@ ${co_qualname}\n${context(changes).map((change) => (change === null ? '  ⋮\n' : `${change.kind} ${change.text}\n`)).join('')}`).join('');
}

/** Instructions as text. Code objects of the same name (two lambdas, say) are told apart by a number. */
function linesByName(root: CodeObject): Map<string, string[]> {
  const result = new Map<string, string[]>();
  const visit = (code: CodeObject): void => {
    let name = code.co_qualname;
    for (let number = 2; result.has(name); number++) name = `${code.co_qualname} (${number})`;
    result.set(name, [...getInstructions(code)].map(({ opname, arg, argrepr, argval }) => {
      const isJump = argrepr.startsWith('to ');
      const shown = isCodeObject(argval) ? `<code ${argval.co_qualname}>` : isJump ? `over ${arg}` : argrepr;
      return `${opname.padEnd(28)} ${arg === null ? '' : String(arg).padStart(4)} ${shown}`.trimEnd();
    }));
    for (const constant of code.co_consts) if (isCodeObject(constant)) visit(constant);
  };
  visit(root);
  return result;
}

/** The longest common subsequence stays, the rest goes or comes. */
function diffLines(left: readonly string[], right: readonly string[]): Change[] {
  // length[i][j]: of the longest common subsequence of what follows i and j.
  const length = Array.from({ length: left.length + 1 }, () => new Int32Array(right.length + 1));
  for (let i = left.length - 1; i >= 0; i--) {
    for (let j = right.length - 1; j >= 0; j--) length[i][j] = left[i] === right[j] ? length[i + 1][j + 1] + 1 : Math.max(length[i + 1][j], length[i][j + 1]);
  }
  const changes: Change[] = [];
  let i = 0;
  let j = 0;
  while (i < left.length || j < right.length) {
    if (i < left.length && j < right.length && left[i] === right[j]) {
      changes.push({ kind: ' ', text: left[i] });
      i++;
      j++;
    } else if (j >= right.length || (i < left.length && length[i + 1][j] >= length[i][j + 1])) changes.push({ kind: '-', text: left[i++] });
    else changes.push({ kind: '+', text: right[j++] });
  }
  return changes;
}

/** Null stands for equal instructions left out. */
function context(changes: readonly Change[]): (Change | null)[] {
  const near = (at: number): boolean => changes.slice(Math.max(0, at - 3), at + 4).some(({ kind }) => kind !== ' ');
  const result: (Change | null)[] = [];
  changes.forEach((change, at) => {
    if (near(at)) result.push(change);
    else if (result.at(-1) !== null) result.push(null);
  });
  return result;
}
