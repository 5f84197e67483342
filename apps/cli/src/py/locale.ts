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
  if (wish === '0' || environment['LC_ALL'] || !isLegacyLocale(environment)) return '';
  environment['LC_CTYPE'] = 'C.UTF-8';
  if (wish !== 'warn') return '';
  return 'Python detected LC_CTYPE=C: LC_CTYPE coerced to C.UTF-8 (set another locale or PYTHONCOERCECLOCALE=0 to disable this locale coercion behavior).\n';
}
