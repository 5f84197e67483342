export { runVmTest, runVmTests, vmPrograms, type VmProgram, type VmTestOptions, type VmTestResult } from './run.ts';
export { topics } from './generated/programs.ts';
export type { Topic } from './program.ts';
