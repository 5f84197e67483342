export { buildSymbolTable, type SymbolTableOptions } from './build.ts';
export { dumpSymbolTable } from './dump.ts';
export { mangle, mangleIn } from './mangle.ts';
export { isFunctionLike, scopeOf } from './scope.ts';
