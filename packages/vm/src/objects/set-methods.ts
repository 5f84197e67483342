import type { TypeSpec } from '../core/define-type.ts';

export const setSpec: TypeSpec = { basetype: true };
export const frozensetSpec: TypeSpec = { basetype: true };
