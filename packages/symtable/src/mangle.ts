/**
 * Private name mangling: inside `class C`, `__x` means `_C__x`. Names that end in two underscores or hold a dot stay, and so do
 * all names in a class whose own name is only underscores (CPython 3.12: Python/symtable.c, _Py_Mangle).
 *
 * @param privateName the innermost class, or null outside classes
 */
export function mangle(privateName: string | null, name: string): string {
  if (privateName === null || !name.startsWith('__')) return name;
  if (name.endsWith('__') || name.includes('.')) return name;
  const stripped = privateName.replace(/^_+/, '');
  return stripped === '' ? name : `_${stripped}${name}`;
}

/**
 * {@link mangle} as a scope wants it: among the type parameters and bases of a generic class only the type parameters
 * themselves are private names of the class (CPython 3.12: Python/symtable.c, _Py_MaybeMangle).
 */
export function mangleIn(
  scope: { readonly mangledNames: ReadonlySet<string> | null }, privateName: string | null, name: string,
): string {
  if (privateName === null || (scope.mangledNames !== null && !scope.mangledNames.has(name))) return name;
  return mangle(privateName, name);
}
