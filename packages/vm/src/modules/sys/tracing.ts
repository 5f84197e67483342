import type { NativeDef } from '../../core/native.ts';

/** `settrace`, `setprofile` and their like. */
export const sysTracing: readonly NativeDef[] = [];
