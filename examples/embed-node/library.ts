import { closeSync, openSync, readSync } from 'node:fs';
import { createRequire } from 'node:module';
import { openLibrary, type Library } from '@py/stdlib';

/** The standard library from its file in @py/stdlib; pieces are read when modules are imported. `close` when all is done. */
export function openLibraryFile(): { readonly library: Library; close(): void } {
  const file = openSync(createRequire(import.meta.url).resolve('@py/stdlib/library.bin'), 'r');
  const library = openLibrary((offset, length) => {
    const bytes = new Uint8Array(length);
    readSync(file, bytes, 0, length, offset);
    return bytes;
  });
  return { library, close: () => closeSync(file) };
}
