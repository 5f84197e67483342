import { defineModule, PyDict } from '@py/vm/native';
import type { NativeModule } from '@py/vm/native';

/*
 * `_multiprocessing` (CPython 3.12: Modules/_multiprocessing/) of a platform without semaphores between processes: `multiprocessing.synchronize` cannot be imported,
 * and what would need it (`compileall -j`, `concurrent.futures.ProcessPoolExecutor`) says so or does without.
 */

/** Python's module `_multiprocessing`. CPython 3.12: Modules/_multiprocessing/multiprocessing.c. */
export const _multiprocessing: NativeModule = defineModule('_multiprocessing', { flags: () => new PyDict() });
