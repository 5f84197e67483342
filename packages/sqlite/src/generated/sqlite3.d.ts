import type { SqliteImports } from '@py/code';

type Functions = Readonly<Record<string, (...args: number[]) => number>>;

/** What the compiler (compile.mjs) gives. */
export type Instance = Functions & {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly __indirect_function_table: { grow(by: number): number; set(index: number, callback: (...args: number[]) => number): void };
};

export const instantiate: (env: SqliteImports & { setTempRet0(value: number): void }) => Instance;
