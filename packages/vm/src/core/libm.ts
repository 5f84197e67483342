/*
 * Functions of C's libm. exp, log, log2, pow, the circular functions and their inverses are correctly rounded, which is what glibc gives
 * too but for about one in a thousand; the others take glibc's steps. Special values are C99's.
 */
export { acos, asin, atan, atan2, cos, sin, tan } from './circular.ts';
export { exp, log, log10, log2, pow } from './elementary.ts';
export { erf, erfc } from './error-function.ts';
export { gamma, lgamma } from './gamma.ts';
export { acosh, asinh, atanh, cosh, expm1, log1p, sinh, tanh } from './hyperbolic.ts';
export { cbrt, hypot } from './roots.ts';
