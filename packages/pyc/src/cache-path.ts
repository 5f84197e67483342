import { reprStr } from '@py/code';
import type { CachePathOptions } from '@py/code';
import { messages } from './messages.ts';

/** `sys.implementation.cache_tag`. */
export const cacheTag = 'cpython-312';

/**
 * Where the `.pyc` of a source file belongs: `importlib.util.cache_from_source`, for `/`-separated paths.
 * `pkg/mod.py` → `pkg/__pycache__/mod.cpython-312.pyc`. Throws PycError (ValueError) for an optimization that is not alphanumeric.
 */
export function cacheFromSource(path: string, options: CachePathOptions = {}): string {
  const [head, tail] = splitPath(path);
  const dot = tail.lastIndexOf('.');
  // Without a dot the whole name is the base, and nothing separates it from the tag.
  const base = dot < 0 ? tail : dot === 0 ? `${tail.slice(1)}.` : `${tail.slice(0, dot)}.`;
  const optimization = String(options.optimization ?? 0);
  const plain = optimization === '0' || optimization === '';
  if (!plain && !isAlphanumeric(optimization)) throw messages.notAlphanumeric(reprStr(optimization));
  const filename = `${base}${cacheTag}${plain ? '' : `.opt-${optimization}`}.pyc`;
  if (options.prefix === undefined || options.prefix === null) return joinPath(head, '__pycache__', filename);
  const absolute = head.startsWith('/') ? head : joinPath(options.cwd ?? '/', head.replace(/^\.\//, ''));
  return joinPath(options.prefix, absolute.replace(/^\/+/, ''), filename);
}

/**
 * The source that a `.pyc` belongs to: `importlib.util.source_from_cache`. Throws PycError (ValueError) for a path that is not
 * of the form that {@link cacheFromSource} makes.
 */
export function sourceFromCache(path: string, options: Pick<CachePathOptions, 'prefix'> = {}): string {
  const [folder, filename] = splitPath(path);
  let head = folder;
  const prefix = options.prefix?.replace(slashesAtEnd, '');
  if (prefix !== undefined && head.startsWith(`${prefix}/`)) {
    head = head.slice(prefix.length);
  } else {
    const [parent, last] = splitPath(head);
    if (last !== '__pycache__') throw messages.notInPycache(reprStr(path));
    head = parent;
  }
  const parts = filename.split('.');
  if (parts.length !== 3 && parts.length !== 4) throw messages.wrongDots(reprStr(filename));
  if (parts.length === 4) {
    const optimization = parts[2];
    if (!optimization.startsWith('opt-')) throw messages.noOptPrefix();
    if (!isAlphanumeric(optimization.slice(4))) throw messages.badOptLevel(reprStr(optimization));
  }
  return joinPath(head, `${parts[0]}.py`);
}

/** Only where the first of them stands can it match: otherwise time would grow with the square of their number. */
const slashesAtEnd = /(?<!\/)\/+$/;

/** `str.isalnum`. */
function isAlphanumeric(text: string): boolean {
  return /^[\p{L}\p{Nd}\p{No}\p{Nl}]+$/u.test(text);
}

function splitPath(path: string): [head: string, tail: string] {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? ['', path] : [path.slice(0, slash), path.slice(slash + 1)];
}

/** CPython 3.12: Lib/importlib/_bootstrap_external.py, _path_join on POSIX. */
function joinPath(...parts: readonly string[]): string {
  return parts
    .filter((part) => part !== '')
    .map((part) => part.replace(slashesAtEnd, ''))
    .join('/');
}
