/*
 * What the locale of the environment means for Python: PEP 538 (a C locale becomes C.UTF-8) and PEP 540 (UTF-8 mode). CPython 3.12:
 * Python/preconfig.c, and _Py_CoerceLegacyLocale in Python/pylifecycle.c.
 */

type Environment = Record<string, string | undefined>;

/** Is the locale of characters C, or one that we cannot tell from it? UTF-8 is the only encoding of locales that we know. */
export function isLegacyLocale(environment: Readonly<Environment>): boolean {
  const name = environment['LC_ALL'] || environment['LC_CTYPE'] || environment['LANG'] || 'C';
  return !/\.utf-?8(@|$)/i.test(name);
}

/**
 * Puts C.UTF-8 in the place of a C locale, for this process and its children. `wish` is PYTHONCOERCECLOCALE, if it counts; what it wants to be
 * said comes back.
 */
export function coerceLocale(environment: Environment, wish: string | undefined): string {
  if (wish === '0' || !isLegacyLocale(environment)) return '';
  const may = !environment['LC_ALL'];
  if (may) environment['LC_CTYPE'] = 'C.UTF-8';
  if (wish !== 'warn') return '';
  return may
    ? 'Python detected LC_CTYPE=C: LC_CTYPE coerced to C.UTF-8 (set another locale or PYTHONCOERCECLOCALE=0 to disable this locale coercion behavior).\n'
    : 'Python runtime initialized with LC_CTYPE=C (a locale with default ASCII encoding), which may cause Unicode compatibility problems. Using C.UTF-8, C.utf8, or UTF-8 (if available) as alternative Unicode-compatible locales is recommended.\n';
}
