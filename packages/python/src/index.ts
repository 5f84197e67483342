export { defaultFlags, embeddedConfig, type PythonConfig, type PythonFlags } from './config.ts';
export {
  CompileFlag, compileRequest, compileSource, compileTree, readSymbols, readTokens, readTree, runStages,
  type CompileOptions, type Source, type SourceOptions, type Stages,
} from './pipeline.ts';
