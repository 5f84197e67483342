import {
  asIndex, codePoints, defineModule, defineType, exceptionTypes, isStr, jsText, native, newException, None, overflowError, PyDict, PyList, strFromJS, typeError, typeOf, valueError,
} from '@py/vm/native';
import type { NativeDef, NativeModule, PyBaseException, PyType, PyValue, VM } from '@py/vm/native';

/* `_locale` (CPython 3.12: Modules/_localemodule.c), for a system that has the locales C and C.UTF-8, as the smallest Linux systems have. */

const errorType: PyType = defineType('Error', { module: 'locale', bases: [exceptionTypes.Exception], basetype: true, ownLayout: false, hasDict: true, hasWeakref: true });
const fail = (message: string): PyBaseException => newException(errorType, strFromJS(message));

/** Categories by number, as names of environment variables; 6 is all of them together. */
const categories: ReadonlyMap<number, string> = new Map([
  [0, 'LC_CTYPE'], [1, 'LC_NUMERIC'], [2, 'LC_TIME'], [3, 'LC_COLLATE'], [4, 'LC_MONETARY'], [5, 'LC_MESSAGES'], [7, 'LC_PAPER'], [8, 'LC_NAME'], [9, 'LC_ADDRESS'],
  [10, 'LC_TELEPHONE'], [11, 'LC_MEASUREMENT'], [12, 'LC_IDENTIFICATION'],
]);
const LC_ALL = 6;

/** Numbers of the answers that `nl_langinfo` has, and the answers (but for the codeset). */
const langinfo: Readonly<Record<string, readonly [number, string]>> = {
  CODESET: [14, ''],
  RADIXCHAR: [65536, '.'],
  THOUSEP: [65537, ''],
  CRNCYSTR: [262159, '-'],
  D_FMT: [131113, '%m/%d/%y'],
  D_T_FMT: [131112, '%a %b %e %H:%M:%S %Y'],
  T_FMT: [131114, '%H:%M:%S'],
  T_FMT_AMPM: [131115, '%I:%M:%S %p'],
  AM_STR: [131110, 'AM'],
  PM_STR: [131111, 'PM'],
  YESEXPR: [327680, '^[yY]'],
  NOEXPR: [327681, '^[nN]'],
  _DATE_FMT: [131180, '%a %b %e %H:%M:%S %Z %Y'],
  ALT_DIGITS: [131119, ''],
  ERA: [131116, ''],
  ERA_D_FMT: [131118, ''],
  ERA_D_T_FMT: [131120, ''],
  ERA_T_FMT: [131121, ''],
  DAY_1: [131079, 'Sunday'],
  DAY_2: [131080, 'Monday'],
  DAY_3: [131081, 'Tuesday'],
  DAY_4: [131082, 'Wednesday'],
  DAY_5: [131083, 'Thursday'],
  DAY_6: [131084, 'Friday'],
  DAY_7: [131085, 'Saturday'],
  ABDAY_1: [131072, 'Sun'],
  ABDAY_2: [131073, 'Mon'],
  ABDAY_3: [131074, 'Tue'],
  ABDAY_4: [131075, 'Wed'],
  ABDAY_5: [131076, 'Thu'],
  ABDAY_6: [131077, 'Fri'],
  ABDAY_7: [131078, 'Sat'],
  MON_1: [131098, 'January'],
  MON_2: [131099, 'February'],
  MON_3: [131100, 'March'],
  MON_4: [131101, 'April'],
  MON_5: [131102, 'May'],
  MON_6: [131103, 'June'],
  MON_7: [131104, 'July'],
  MON_8: [131105, 'August'],
  MON_9: [131106, 'September'],
  MON_10: [131107, 'October'],
  MON_11: [131108, 'November'],
  MON_12: [131109, 'December'],
  ABMON_1: [131086, 'Jan'],
  ABMON_2: [131087, 'Feb'],
  ABMON_3: [131088, 'Mar'],
  ABMON_4: [131089, 'Apr'],
  ABMON_5: [131090, 'May'],
  ABMON_6: [131091, 'Jun'],
  ABMON_7: [131092, 'Jul'],
  ABMON_8: [131093, 'Aug'],
  ABMON_9: [131094, 'Sep'],
  ABMON_10: [131095, 'Oct'],
  ABMON_11: [131096, 'Nov'],
  ABMON_12: [131097, 'Dec'],
};
const CODESET = 14;

interface LocaleState {
  /** The locale of each category. */
  readonly current: Map<number, string>;
  domain: string;
  readonly folders: Map<string, string>;
  readonly codesets: Map<string, string>;
}

const stateOf = (vm: VM): LocaleState => vm.state('_locale', () => ({ current: atStart(vm), domain: 'messages', folders: new Map(), codesets: new Map() }));

/** A locale's name as the system keeps it, or null for one that it does not have. */
function known(name: string): string | null {
  if (name === 'C' || name === 'POSIX') return 'C';
  return /^C\.utf-?8$/i.test(name) ? name : null;
}

const fromEnvironment = (vm: VM, variable: string): string => vm.host.env?.['LC_ALL'] || vm.host.env?.[variable] || vm.host.env?.['LANG'] || 'C';

/** Characters are as the environment says: of locales that are not known, whether they are of UTF-8. */
function atStart(vm: VM): Map<number, string> {
  const current = new Map([...categories.keys()].map((category) => [category, 'C'] as [number, string]));
  const { env } = vm.host;
  const wanted = env?.['LC_ALL'] || env?.['LC_CTYPE'] || env?.['LANG'] || 'C.UTF-8';
  current.set(0, known(wanted) ?? (/\.utf-?8/i.test(wanted) ? 'C.UTF-8' : 'C'));
  return current;
}

/** All categories as one text: one name if they agree. */
function together(current: ReadonlyMap<number, string>): string {
  const names = new Set(current.values());
  if (names.size === 1) return [...names][0];
  return [...categories].map(([category, variable]) => `${variable}=${current.get(category) ?? 'C'}`).join(';');
}

function setAll(vm: VM, current: Map<number, string>, text: string): boolean {
  const parts = new Map(text.includes('=') ? text.split(';').map((part) => part.split('=') as [string, string]) : []);
  const names = [...categories].map(([category, variable]) => [category, known(parts.get(variable) ?? (parts.size > 0 ? '' : text || fromEnvironment(vm, variable)))] as const);
  if (names.some(([, name]) => name === null)) return false;
  for (const [category, name] of names) current.set(category, name as string); // Checked just now.
  return true;
}

function needStr(value: PyValue, where: string): string {
  if (!isStr(value)) throw typeError(`${where}, not ${typeOf(value).tpName}`);
  const text = jsText(value);
  if (text.includes('\0')) throw valueError('embedded null character');
  return text;
}

function setlocale(vm: VM, category: PyValue, locale: PyValue | undefined): PyValue {
  const { current } = stateOf(vm);
  const index = asIndex(vm, category);
  if (typeof index === 'bigint' || Math.abs(index) > 0x7fff_ffff) throw overflowError('Python int too large to convert to C int');
  const query = locale === undefined || locale === None;
  const text = query ? '' : needStr(locale, 'setlocale() argument 2 must be str or None');
  const variable = categories.get(index);
  if (index !== LC_ALL && variable === undefined) throw fail(query ? 'locale query failed' : 'unsupported locale setting');
  if (!query) {
    if (variable === undefined) {
      if (!setAll(vm, current, text)) throw fail('unsupported locale setting');
    } else {
      const name = known(text || fromEnvironment(vm, variable));
      if (name === null) throw fail('unsupported locale setting');
      current.set(index, name);
    }
  }
  return strFromJS(variable === undefined ? together(current) : current.get(index) ?? 'C');
}

function localeconv(): PyValue {
  const unset = 127;
  const strings = ['int_curr_symbol', 'currency_symbol', 'mon_decimal_point', 'mon_thousands_sep'];
  const numbers = ['int_frac_digits', 'frac_digits', 'p_cs_precedes', 'p_sep_by_space', 'n_cs_precedes', 'n_sep_by_space', 'p_sign_posn', 'n_sign_posn'];
  return PyDict.fromStrings([
    ...strings.map((name) => [name, ''] as const), ['mon_grouping', new PyList([])], ['positive_sign', ''], ['negative_sign', ''],
    ...numbers.map((name) => [name, unset] as const), ['decimal_point', '.'], ['thousands_sep', ''], ['grouping', new PyList([])],
  ]);
}

const codeset = (vm: VM): string => (stateOf(vm).current.get(0) === 'C' ? 'ANSI_X3.4-1968' : 'UTF-8');

function nl_langinfo(vm: VM, key: PyValue): PyValue {
  const index = asIndex(vm, key);
  if (index === CODESET) return codeset(vm);
  for (const [number, text] of Object.values(langinfo)) if (number === index) return strFromJS(text);
  throw valueError('unsupported langinfo constant');
}

/** Both locales order by code point. */
function strcoll(_vm: VM, os1: PyValue, os2: PyValue): PyValue {
  needStr(os1, 'strcoll() argument 1 must be str');
  needStr(os2, 'strcoll() argument 2 must be str');
  const [a, b] = [codePoints(os1), codePoints(os2)];
  for (let i = 0; i < a.length && i < b.length; i++) if (a[i] !== b[i]) return a[i] < b[i] ? -1 : 1;
  return Math.sign(a.length - b.length);
}

function strxfrm(_vm: VM, string: PyValue): PyValue {
  needStr(string, 'strxfrm() argument must be str');
  return string;
}

/** A str or None. */
const optional = (value: PyValue, where: string): string | null => (value === None ? null : needStr(value, `${where} must be str or None`));

function textdomain(vm: VM, domain: PyValue): PyValue {
  const state = stateOf(vm);
  const name = optional(domain, 'textdomain() argument');
  if (name !== null) state.domain = name === '' ? 'messages' : name;
  return strFromJS(state.domain);
}

function bindtextdomain(vm: VM, domain: PyValue, dir: PyValue): PyValue {
  const name = needStr(domain, 'bindtextdomain() argument 1 must be str');
  if (name === '') throw fail('domain must be a non-empty string');
  const { folders } = stateOf(vm);
  if (dir !== None) folders.set(name, needStr(dir, 'expected str, bytes or os.PathLike object'));
  return strFromJS(folders.get(name) ?? '/usr/share/locale');
}

function bind_textdomain_codeset(vm: VM, domain: PyValue, codesetName: PyValue): PyValue {
  const name = needStr(domain, 'bind_textdomain_codeset() argument 1 must be str');
  const { codesets } = stateOf(vm);
  const given = optional(codesetName, 'bind_textdomain_codeset() argument 2');
  if (given !== null) codesets.set(name, given);
  const found = codesets.get(name);
  return found === undefined ? None : strFromJS(found);
}

/** Functions that translate: there are no catalogues for these locales, a message is its own translation. */
const translation = (text: string, at: number, doc: string): NativeDef => native(text, (_vm: VM, ...args: PyValue[]) => {
  const name = text.slice(0, text.indexOf('('));
  needStr(args[at], `${name}() argument ${args.length === 1 ? '' : `${at + 1} `}must be str`);
  return args[at];
}, doc);

/** Python's module `_locale`. CPython 3.12: Modules/_localemodule.c. */
export const _locale: NativeModule = defineModule(
  '_locale',
  {
    Error: errorType,
    ...Object.fromEntries(Object.entries(langinfo).map(([name, [number]]) => [name, number])),
    ...Object.fromEntries([...categories].slice(0, 6).map(([number, name]) => [name, number])),
    LC_ALL,
    CHAR_MAX: 127,
    setlocale: native('setlocale(category, locale=<unrepresentable>, /)', setlocale, 'Activates/queries locale processing.'),
    localeconv: native('localeconv()', localeconv, 'Returns numeric and monetary locale-specific parameters.'),
    nl_langinfo: native('nl_langinfo(key, /)', nl_langinfo, 'Return the value for the locale information associated with key.'),
    getencoding: native('getencoding()', codeset, 'Get the current locale encoding.'),
    strcoll: native('strcoll(os1, os2, /)', strcoll, 'Compares two strings according to the locale.'),
    strxfrm: native('strxfrm(string, /)', strxfrm, 'Return a string that can be used as a key for locale-aware comparisons.'),
    gettext: translation('gettext(msg, /)', 0, 'gettext(msg) -> string\n\nReturn translation of msg.'),
    dgettext: translation('dgettext(domain, msg, /)', 1, 'dgettext(domain, msg) -> string\n\nReturn translation of msg in domain.'),
    dcgettext: translation('dcgettext(domain, msg, category, /)', 1, 'Return translation of msg in domain and category.'),
    textdomain: native('textdomain(domain, /)', textdomain, "Set the C library's textdmain to domain, returning the new domain."),
    bindtextdomain: native('bindtextdomain(domain, dir, /)', bindtextdomain, "Bind the C library's domain to dir."),
    bind_textdomain_codeset: native('bind_textdomain_codeset(domain, codeset, /)', bind_textdomain_codeset, "Bind the C library's domain to codeset."),
  },
  { doc: 'Support for POSIX locales.' },
);
