export { compile, type CompileOptions } from './compile.ts';
export { unparse } from './unparse.ts';
