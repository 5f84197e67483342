// Puts the compiled C code beside what tsc made of the rest.
import { copyFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
mkdirSync(join(here, 'dist/generated'), { recursive: true });
copyFileSync(join(here, 'src/generated/sqlite3.js'), join(here, 'dist/generated/sqlite3.js'));
