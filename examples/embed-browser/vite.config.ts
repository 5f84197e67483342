import { defineConfig } from 'vite';

// Inside this repository the packages are taken from their sources; an installed project needs no configuration but the build target.
export default defineConfig({
  resolve: { conditions: ['@py/source'] },
  build: { target: 'es2022' },
});
