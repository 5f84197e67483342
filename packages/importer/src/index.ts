export { createImporter } from './importer.ts';
export type { FrozenModule, ImporterOptions, PathImporter } from './importer.ts';
export type { HostFiles, Importer, ModuleSpec, PycFormat } from '@py/code';
