export { createPython, keepPython, type KeptPython, type Python, type PythonOptions, type RunOptions } from './create-python.ts';
export { keptModules } from './kept-modules.ts';
export { toJavaScript } from './convert.ts';
export { mountTree, type ReadOnlyTree, type TreeEntry } from './mount.ts';
export { createMemoryFiles, type MemoryFiles, type MemoryFilesOptions } from './memory-files.ts';
export { InteractiveSession, type LineResult } from './interactive.ts';
export type { Program, ProgramEnd } from './program.ts';
export { defaultFlags, embeddedConfig, type PythonConfig, type PythonFlags } from './config.ts';
export {
  CompileFlag, compileRequest, compileSource, compileTree, readSymbols, readTokens, readTree, runStages,
  type CompileOptions, type Source, type SourceOptions, type Stages,
} from './pipeline.ts';
