import { defineConfig } from 'vitest/config';

// Packages are tested from their sources: the condition `@py/source` picks src/index.ts of a workspace package.
export default defineConfig({
  resolve: { conditions: ['@py/source'] },
  ssr: { resolve: { conditions: ['@py/source'], externalConditions: ['@py/source'] } },
  test: {
    include: ['packages/*/test/**/*.test.ts', 'apps/*/test/**/*.test.ts', 'tools/**/*.test.ts', 'examples/**/*.test.ts'],
    maxWorkers: 2,
    testTimeout: 60_000,
  },
});
