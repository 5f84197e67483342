// The modules that CPython has frozen into its executable: start-up needs them before there are files. CPython 3.12: Python/frozen.c.
import { isCodeObject, releaseReaders, withFilename, type CodeObject } from '@py/code';
import { loadsLate } from '@py/pyc';
import type { FrozenModule } from './bridges/imp.ts';

/** Where module code comes from: the packed library of @py/stdlib. */
export interface CodeSource {
  code(module: string): { readonly isPackage: boolean; readonly marshal: Uint8Array } | null;
}

/** Name, and the library's module that it is, where that is another. */
const frozenNames: readonly (readonly [name: string, origin: string])[] = [
  ['_frozen_importlib', 'importlib._bootstrap'],
  ['_frozen_importlib_external', 'importlib._bootstrap_external'],
  ...['zipimport', 'abc', 'codecs', 'io', '_collections_abc', '_sitebuiltins', 'genericpath', 'ntpath', 'posixpath'].map((name) => [name, name] as const),
  ['os.path', 'posixpath'],
  ...['os', 'site', 'stat', 'importlib.util', 'importlib.machinery', 'runpy', '__hello__'].map((name) => [name, name] as const),
  ['__hello_alias__', '__hello__'],
  ['__phello_alias__', '__hello__'],
  ['__phello_alias__.spam', '__hello__'],
  ['__phello__', '__phello__'],
  ['__phello__.__init__', '__phello__'],
  ['__phello__.ham', '__phello__.ham'],
  ['__phello__.ham.__init__', '__phello__.ham'],
  ['__phello__.ham.eggs', '__phello__.ham.eggs'],
  ['__phello__.spam', '__phello__.spam'],
  ['__hello_only__', '__hello__'],
];

export function frozenModules(source: CodeSource): Map<string, FrozenModule> {
  const result = new Map<string, FrozenModule>();
  for (const [name, origin] of frozenNames) {
    const code = lazy(() => {
      const found = source.code(origin); // It says its file; frozen code says `<frozen os>`.
      return found && withFilename(codeIn(found.marshal, origin), `<frozen ${origin}>`);
    });
    result.set(name, {
      // Packages of the list; asking the library would read it at every start.
      isPackage: name === '__phello__' || name === '__phello__.ham' || name === '__phello_alias__',
      origname: name === '__hello_only__' ? null : name.endsWith('.__init__') ? `<${origin}` : origin,
      exists: () => code() !== null,
      code() {
        const made = code();
        if (!made) throw missing(origin);
        return made;
      },
      release() {
        const made = code();
        if (made) releaseReaders(made, () => marshalOf(source, origin));
      },
    });
  }
  return result;
}

/** The marshalled code of a module that the library has. */
export function marshalOf(source: CodeSource, module: string): Uint8Array {
  const found = source.code(module);
  if (!found) throw missing(module);
  return found.marshal;
}

function codeIn(marshal: Uint8Array, module: string): CodeObject {
  const code = loadsLate(marshal);
  if (!isCodeObject(code)) throw missing(module);
  return code;
}

function missing(module: string): Error {
  return new Error(`the library has no module ${module}`);
}

function lazy<T>(make: () => T): () => T {
  let value: { readonly made: T } | null = null;
  return () => (value ??= { made: make() }).made;
}
