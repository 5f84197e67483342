// The house rules that a linter can keep. Which package may import which: tools/check/imports.json (the table of ARCHITECTURE.md).
import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import tseslint from 'typescript-eslint';

const allowed = JSON.parse(readFileSync(new URL('tools/check/imports.json', import.meta.url), 'utf8'));

/** What packages must ask the Host for. TypeScript does not know these names there either; this says why. */
const hostGlobals = [
  'process', 'Buffer', 'global', 'require', 'module', '__dirname', '__filename', 'window', 'document', 'navigator', 'location', 'self', 'console', 'fetch',
  'XMLHttpRequest', 'WebSocket', 'Worker', 'localStorage', 'sessionStorage', 'indexedDB', 'crypto', 'performance', 'setTimeout', 'setInterval', 'setImmediate', 'alert', 'prompt',
];

const noDefaultExport = { selector: 'ExportDefaultDeclaration', message: 'No default exports: one name for a thing, wherever it is used.' };
const noModuleState = {
  selector: "Program > VariableDeclaration[kind='let'], Program > ExportNamedDeclaration > VariableDeclaration[kind='let']",
  message: 'No module-level mutable state: two VMs in one process must not meet.',
};

/** The one import rule, for the sources of one package. */
function packageRule(name) {
  const may = allowed[name];
  const folder = `packages/${name.slice('@py/'.length)}`;
  const patterns = [
    { regex: `^(node:|(${builtinModules.filter((module) => !module.startsWith('_')).join('|')})(/|$))`, message: 'Packages run in browsers too: ask the Host interface of @py/code.' },
    { group: ['**/packages/**', '**/apps/**', '**/tools/**'], message: 'Packages meet through their names, not through paths.' },
  ];
  if (may !== 'all') {
    const others = may.map((other) => `${other.slice('@py/'.length)}(/|$)`);
    patterns.push({ regex: `^@py/(?!${others.join('|') || '$'})`, message: `${name} may import ${may.join(', ') || 'no package of this repository'} (ARCHITECTURE.md).` });
  }
  return {
    files: [`${folder}/src/**/*.ts`, `${folder}/*.def.ts`],
    rules: {
      'no-restricted-imports': ['error', { patterns }],
      'no-restricted-globals': ['error', ...hostGlobals.map((global) => ({ name: global, message: 'Packages know no Node and no DOM: ask the Host interface of @py/code.' }))],
      'no-restricted-syntax': ['error', noDefaultExport, noModuleState],
    },
  };
}

/** Ours, CPython's, or both in one: `binaryOp`, `TokenStream`, `UNARY_NOT`, `co_consts`, `math_isqrt`, `list_append`. */
const name = '^[_$]*([a-z][a-zA-Z0-9]*|[A-Z][a-zA-Z0-9]*|[A-Z][A-Z0-9]*(_+[A-Z0-9]+)*|[A-Za-z][a-zA-Z0-9]*(_+[a-zA-Z0-9]+)+)?[_$]*$';

export default tseslint.config(
  { ignores: ['**/dist/**', '**/generated/**', '**/fixtures/**', '**/node_modules/**', 'docs/api/**', 'coverage/**'] },
  {
    files: ['**/*.ts'],
    languageOptions: { parser: tseslint.parser },
    plugins: { '@typescript-eslint': tseslint.plugin },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false }],
      '@typescript-eslint/no-unused-vars': ['error', { args: 'none', varsIgnorePattern: '^_', caughtErrors: 'none' }],
      '@typescript-eslint/naming-convention': ['error', { selector: ['variable', 'function'], format: null, custom: { regex: name, match: true } }, { selector: ['class', 'interface', 'typeAlias'], format: null, custom: { regex: '^([A-Z][a-zA-Z0-9]*|[a-z]+(_[a-z]+)*_?)$', match: true } }],
      '@typescript-eslint/ban-ts-comment': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'no-new-func': 'error',
      'no-restricted-syntax': ['error', noDefaultExport],
      'no-var': 'error',
      'prefer-const': 'error',
    },
  },
  ...Object.keys(allowed).filter((name) => name !== '@py/cli').map(packageRule),
  { files: ['**/*.config.ts', '**/bench/**/*.ts'], rules: { 'no-restricted-syntax': 'off' } },
);
