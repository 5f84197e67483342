import { call, callMethod, checkBreaker, decodeUtf8, exceptionTypes, getAttr, intValue, isInt, isTrue, None, type PyBaseException, reportUnraisable } from '@py/vm/native';
import type { PyValue, VM } from '@py/vm/native';
import { intArgument } from '../arguments.ts';
import { DataError, sqliteError } from './errors.ts';
import { moduleState } from './state.ts';
import type { Sqlite } from './sqlite.ts';
import { readArguments, setResult } from './values.ts';

/*
 * Python functions that SQLite calls (CPython 3.12: Modules/_sqlite/connection.c). C is given the same few functions for all of them, and a
 * number for each: what stands behind it is in a table here.
 */

/** Pointers to the functions that C calls. */
export interface CallbackPointers {
  readonly function: number;
  readonly step: number;
  readonly finalize: number;
  readonly value: number;
  readonly inverse: number;
  readonly collation: number;
  readonly authorizer: number;
  readonly progress: number;
  /** As a progress handler where the program has none: looks whether the run is to end. */
  readonly breaker: number;
  readonly trace: number;
  /** C needs a callback no more. */
  readonly forget: number;
  /** Gives the number of a callable. */
  remember(callable: PyValue): number;
  /** Takes it back. */
  drop(number: number): void;
}

/** Instructions of SQLite's own after which it calls the breaker. */
export const breakerSteps = 1000;
const SQLITE_DENY = 1, SQLITE_TRACE_STMT = 1;

export function callbackPointers(sqlite: Sqlite): CallbackPointers {
  const { vm } = sqlite;
  const callables = new Map<number, PyValue>();
  /** Aggregates under way, by the number that C keeps for each. */
  const instances = new Map<number, PyValue>();
  let last = 0;
  const callable = (number: number): PyValue => callables.get(number) as PyValue; // C knows no other numbers.
  const ofContext = (context: number): PyValue => callable(sqlite.c.sqlite3_user_data(context));

  /** Runs what an SQL function is for; an exception becomes SQLite's error with `message`. */
  const within = (context: number, message: string | ((error: PyBaseException) => string), run: () => void): number => sqlite.guard(() => {
    run();
    return 0;
  }, (error) => {
    const { c } = sqlite;
    if (error !== null && error.cls.isSubtypeOf(exceptionTypes.MemoryError)) c.sqlite3_result_error_nomem(context);
    else if (error !== null && error.cls.isSubtypeOf(exceptionTypes.OverflowError)) c.sqlite3_result_error_toobig(context);
    else {
      const text = typeof message === 'string' ? message : error === null ? '' : message(error);
      sqlite.withText(text, (pointer) => c.sqlite3_result_error(context, pointer, -1));
    }
    report(vm, error, ofContext(context));
    return 0;
  });

  /** The object that an aggregate works with, made when the first row comes; undefined if there is none. */
  const instanceOf = (context: number, make: boolean): PyValue | undefined => {
    const slot = sqlite.c.sqlite3_aggregate_context(context, make ? 4 : 0);
    if (slot === 0) return undefined;
    const found = sqlite.numbers.getUint32(slot, true);
    if (found !== 0 || !make) return instances.get(found);
    const instance = call(vm, ofContext(context));
    instances.set(++last, instance);
    sqlite.numbers.setUint32(slot, last, true);
    return instance;
  };

  const callStep = (context: number, name: string, count: number, values: number): number => {
    let instance: PyValue | undefined;
    within(context, "user-defined aggregate's '__init__' method raised error", () => {
      instance = instanceOf(context, true);
    });
    if (instance === undefined) return 0;
    const made = instance;
    let method: PyValue | undefined;
    within(context, `user-defined aggregate's '${name}' method not defined`, () => {
      method = getAttr(vm, made, name);
    });
    if (method === undefined) return 0;
    const found = method;
    return within(context, `user-defined aggregate's '${name}' method raised error`, () => call(vm, found, readArguments(sqlite, count, values)));
  };

  const callResult = (context: number, name: string): number => {
    const instance = instanceOf(context, false);
    if (instance === undefined) return 0; // No row came, or its `__init__` failed, which has been told.
    if (name === 'finalize') instances.delete(sqlite.numbers.getUint32(sqlite.c.sqlite3_aggregate_context(context, 0), true));
    const what = (error: PyBaseException): string => (error.cls.isSubtypeOf(exceptionTypes.AttributeError) ? 'not defined' : 'raised error');
    return within(context, (error) => `user-defined aggregate's '${name}' method ${what(error)}`, () => setResult(sqlite, context, callMethod(vm, instance, name)));
  };

  /** Limits of the run, signals; what they raise is for whoever runs the statement. */
  const lookAround = (): number => sqlite.guard(() => {
    vm.charge(breakerSteps);
    checkBreaker(vm);
    return 0;
  }, (error) => {
    if (error !== null) sqlite.stop(error);
    return 1;
  });

  const remember = (value: PyValue): number => {
    callables.set(++last, value);
    return last;
  };
  const drop = (number: number): void => void callables.delete(number);

  return {
    function: sqlite.pointerTo((context, count, values) => within(context, 'user-defined function raised exception', () => {
      setResult(sqlite, context, call(vm, ofContext(context), readArguments(sqlite, count, values)));
    })),
    step: sqlite.pointerTo((context, count, values) => callStep(context, 'step', count, values)),
    finalize: sqlite.pointerTo((context) => callResult(context, 'finalize')),
    value: sqlite.pointerTo((context) => callResult(context, 'value')),
    inverse: sqlite.pointerTo((context, count, values) => callStep(context, 'inverse', count, values)),
    collation: sqlite.pointerTo((number, length1, text1, length2, text2) => (sqlite.isStopped ? 0 : sqlite.guard(() => {
      const [one, two] = [[text1, length1], [text2, length2]].map(([text, length]) => sqlite.text(text, length));
      const order = call(vm, callable(number), [one, two]);
      return isInt(order) ? signOf(intValue(order)) : 0;
    }, (error) => {
      // This one is for whoever asked for the rows.
      if (error !== null) sqlite.stop(error);
      return 0;
    }))),
    authorizer: sqlite.pointerTo((number, action, ...texts) => sqlite.guard(() => {
      const answer = call(vm, callable(number), [action, ...texts.map((text) => (text === 0 ? None : decodeUtf8(vm, sqlite.cBytes(text)).value))]);
      return isInt(answer) ? intArgument(vm, answer) : SQLITE_DENY;
    }, (error) => {
      report(vm, error, callable(number));
      return SQLITE_DENY;
    })),
    progress: sqlite.pointerTo((number) => lookAround() || sqlite.guard(() => (isTrue(vm, call(vm, callable(number))) ? 1 : 0), (error) => {
      report(vm, error, callable(number));
      return -1;
    })),
    breaker: sqlite.pointerTo(lookAround),
    trace: sqlite.pointerTo((type, number, statement, sql) => (type !== SQLITE_TRACE_STMT ? 0 : sqlite.guard(() => {
      call(vm, callable(number), [expandedText(sqlite, statement, sql, callable(number))]);
      return 0;
    }, (error) => {
      report(vm, error, callable(number));
      return 0;
    }))),
    forget: sqlite.pointerTo((number) => {
      drop(number);
      return 0;
    }),
    remember,
    drop,
  };
}

/** What a callback raised is lost, unless the program wants to see such. */
function report(vm: VM, error: PyBaseException | null, callable: PyValue): void {
  if (error !== null && moduleState(vm).tracebacks) reportUnraisable(vm, error, null, callable);
}

/** The text of a statement with the values of its parameters; as it was written if that would be too long. */
function expandedText(sqlite: Sqlite, statement: number, sql: number, callable: PyValue): PyValue {
  const { c, vm } = sqlite;
  const expanded = c.sqlite3_expanded_sql(statement);
  if (expanded === 0) {
    report(vm, sqliteError(DataError, 'Expanded SQL string exceeds the maximum string length'), callable);
    return decodeUtf8(vm, sqlite.cBytes(sql)).value;
  }
  try {
    return decodeUtf8(vm, sqlite.cBytes(expanded)).value;
  } finally {
    c.sqlite3_free(expanded);
  }
}

function signOf(order: number | bigint): number {
  return order > 0 ? 1 : order < 0 ? -1 : 0;
}
