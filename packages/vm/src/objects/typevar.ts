import type { PyValue } from '../core/value.ts';
const no = (): PyValue => { throw new Error('typevar.ts is being written'); };
export const newParamSpec: (...args: never[]) => PyValue = no, newTypeAlias: (...args: never[]) => PyValue = no, newTypeVar: (...args: never[]) => PyValue = no, newTypeVarTuple: (...args: never[]) => PyValue = no, subscriptGeneric: (...args: never[]) => PyValue = no;
