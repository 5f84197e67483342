import {
  audit,
  asDouble, asIndex, attributeError, call, callMethod, clockNow, defineModule, defineStructSequence, defineType, dictAttribute, exceptionText, exceptionTypes, genericGetAttr, genericSetAttr, getAttr, isStr, isTrue,
  jsText, lookupAttr, native, newException, newThread, newTuple, None, overflowError, PyBaseException, PyDict, PyObject, PyTuple, reportUnraisable, runtimeError, strFromJS, tailCall, threadsOf,
  toArray, TypeFlag, typeError, typeOf, valueError,
} from '@py/vm/native';
import { signalState } from './posix/signals.ts';
import type { Continuation, NativeModule, PyType, PyValue, VM } from '@py/vm/native';

/* `_thread` (CPython 3.12: Modules/_threadmodule.c). Threads are cooperative: docs/differences.md. */

/** Arguments `blocking` and `timeout` of acquire; gives whether it may wait forever, a time, or not at all. */
function waiting(vm: VM, blocking: PyValue | undefined, timeout: PyValue | undefined): 'no' | 'forever' | number {
  const block = blocking === undefined || isTrue(vm, blocking);
  const seconds = timeout === undefined ? -1 : asDouble(vm, timeout);
  if (!block && seconds !== -1) throw valueError("can't specify a timeout for a non-blocking call");
  if (seconds < 0 && seconds !== -1) throw valueError('timeout value must be a non-negative number');
  if (seconds > 9223372036) throw overflowError('timeout value is too large');
  if (!block || seconds === 0) return 'no';
  return seconds === -1 ? 'forever' : seconds;
}

/** Takes the lock as soon as `take` can: True, or False when the time is over. */
function acquire(vm: VM, wait: 'no' | 'forever' | number, take: () => boolean): PyValue {
  if (take()) return true;
  if (wait === 'no') return false;
  return vm.suspend({
    what: 'a lock',
    poll: (late) => (take() ? true : late ? false : undefined),
    ...(wait === 'forever' ? {} : { deadline: clockNow(vm) + wait * 1000 }),
  });
}

class PyLock extends PyObject {
  locked = false;
}

function lock_acquire(vm: VM, self: PyLock, blocking: PyValue | undefined, timeout: PyValue | undefined): PyValue {
  return acquire(vm, waiting(vm, blocking, timeout), () => !self.locked && (self.locked = true));
}

function lock_release(_vm: VM, self: PyLock): PyValue {
  if (!self.locked) throw runtimeError('release unlocked lock');
  self.locked = false;
  return None;
}

const acquireDoc = 'acquire(blocking=True, timeout=-1) -> bool\n(acquire_lock() is an obsolete synonym)\n\nLock the lock.  Without argument, this blocks if the lock is already\nlocked (even by the same thread), waiting for another thread to release\nthe lock, and return True once the lock is acquired.\nWith an argument, this will only block if the argument is true,\nand the return value reflects whether the lock is acquired.\nThe blocking operation is interruptible.';
const releaseDoc = 'release()\n(release_lock() is an obsolete synonym)\n\nRelease the lock, allowing another thread that is blocked waiting for\nthe lock to acquire the lock.  The lock must be in the locked state,\nbut it needn\'t be locked by the same thread that unlocks it.';

const reset = (_vm: VM, self: PyLock): PyValue => {
  self.locked = false;
  return None;
};

const lockType: PyType = defineType('lock', {
  module: '_thread',
  flags: TypeFlag.DISALLOW_INSTANTIATION,
  hasWeakref: true,
  doc: 'A lock object is a synchronization primitive.  To create a lock,\ncall threading.Lock().  Methods are:\n\nacquire() -- lock the lock, possibly blocking until it can be obtained\nrelease() -- unlock of the lock\nlocked() -- test whether the lock is currently locked\n\nA lock is not owned by the thread that locked it; another thread may\nunlock it.  A thread attempting to lock a lock that it has already locked\nwill block until another thread unlocks it.  Deadlocks may ensue.',
  slots: {
    tp_repr: (vm: VM, self: PyLock) => `<${self.locked ? 'locked' : 'unlocked'} _thread.lock object at 0x${vm.idOf(self).toString(16)}>`,
  },
  methods: [
    native('acquire(self, /, blocking=True, timeout=-1)', lock_acquire, acquireDoc),
    native('acquire_lock(self, /, blocking=True, timeout=-1)', lock_acquire, acquireDoc).unsigned(),
    native('release(self, /)', lock_release, releaseDoc),
    native('release_lock(self, /)', lock_release, releaseDoc).unsigned(),
    native('locked(self, /)', (_vm: VM, self: PyLock) => self.locked, 'locked() -> bool\n(locked_lock() is an obsolete synonym)\n\nReturn whether the lock is in the locked state.').unsigned(),
    native('locked_lock(self, /)', (_vm: VM, self: PyLock) => self.locked, 'locked() -> bool\n(locked_lock() is an obsolete synonym)\n\nReturn whether the lock is in the locked state.').unsigned(),
    native('_at_fork_reinit(self, /)', reset),
    native('__enter__(self, /)', (vm: VM, self: PyLock) => lock_acquire(vm, self, undefined, undefined), acquireDoc),
    native('__exit__(self, /, *args)', lock_release, releaseDoc),
  ],
});

class PyRLock extends PyObject {
  count = 0;
  owner = 0;
}

function rlock_acquire(vm: VM, self: PyRLock, blocking: PyValue | undefined, timeout: PyValue | undefined): PyValue {
  const thread = vm.threadIdent;
  return acquire(vm, waiting(vm, blocking, timeout), () => {
    if (self.count > 0 && self.owner !== thread) return false;
    self.count++;
    self.owner = thread;
    return true;
  });
}

function rlock_release(vm: VM, self: PyRLock): PyValue {
  if (self.count === 0 || self.owner !== vm.threadIdent) throw runtimeError('cannot release un-acquired lock');
  if (--self.count === 0) self.owner = 0;
  return None;
}

const rlockType: PyType = defineType('RLock', {
  module: '_thread',
  basetype: true,
  hasWeakref: true,
  slots: {
    tp_new: (_vm, type) => new PyRLock(type),
    tp_repr: (vm: VM, self: PyRLock) =>
      `<${self.count > 0 ? 'locked' : 'unlocked'} ${self.cls.tpName} object owner=${self.owner} count=${self.count} at 0x${vm.idOf(self).toString(16)}>`,
  },
  methods: [
    native('acquire(self, /, blocking=True, timeout=-1)', rlock_acquire, 'acquire(blocking=True) -> bool\n\nLock the lock.  `blocking` indicates whether we should wait\nfor the lock to be available or not.  If `blocking` is False\nand another thread holds the lock, the method will return False\nimmediately.  If `blocking` is True and another thread holds\nthe lock, the method will wait for the lock to be released,\ntake it and then return True.\n(note: the blocking operation is interruptible.)\n\nIn all other cases, the method will return True immediately.\nPrecisely, if the current thread already holds the lock, its\ninternal counter is simply incremented. If nobody holds the lock,\nthe lock is taken and its internal counter initialized to 1.').unsigned(),
    native('release(self, /)', rlock_release, 'release()\n\nRelease the lock, allowing another thread that is blocked waiting for\nthe lock to acquire the lock.  The lock must be in the locked state,\nand must be locked by the same thread that unlocks it; otherwise a\n`RuntimeError` is raised.\n\nDo note that if the lock was acquire()d several times in a row by the\ncurrent thread, release() needs to be called as many times for the lock\nto be available for other threads.').unsigned(),
    native('_is_owned(self, /)', (vm: VM, self: PyRLock) => self.count > 0 && self.owner === vm.threadIdent, '_is_owned() -> bool\n\nFor internal use by `threading.Condition`.').unsigned(),
    native('_recursion_count(self, /)', (vm: VM, self: PyRLock) => (self.owner === vm.threadIdent ? self.count : 0), '_recursion_count() -> int\n\nFor internal use by reentrancy checks.').unsigned(),
    native('_acquire_restore(self, state, /)', (vm: VM, self: PyRLock, state: PyValue) => {
      const [count, owner] = toArray(vm, state).map((item) => Number(asIndex(vm, item)));
      const take = (): PyValue | undefined => {
        if (self.count > 0) return undefined;
        self.count = count;
        self.owner = owner;
        return None;
      };
      return take() ?? vm.suspend({ what: 'a lock', poll: take });
    }, '_acquire_restore(state) -> None\n\nFor internal use by `threading.Condition`.').unsigned(),
    native('_release_save(self, /)', (vm: VM, self: PyRLock) => {
      if (self.count === 0) throw runtimeError('cannot release un-acquired lock');
      const state = newTuple([self.count, self.owner]);
      self.count = 0;
      self.owner = 0;
      return state;
    }, '_release_save() -> tuple\n\nFor internal use by `threading.Condition`.').unsigned(),
    native('_at_fork_reinit(self, /)', (_vm: VM, self: PyRLock) => {
      self.count = self.owner = 0;
      return None;
    }).unsigned(),
    native('__enter__(self, /)', (vm: VM, self: PyRLock) => rlock_acquire(vm, self, undefined, undefined), 'acquire(blocking=True) -> bool\n\nLock the lock.  `blocking` indicates whether we should wait\nfor the lock to be available or not.  If `blocking` is False\nand another thread holds the lock, the method will return False\nimmediately.  If `blocking` is True and another thread holds\nthe lock, the method will wait for the lock to be released,\ntake it and then return True.\n(note: the blocking operation is interruptible.)\n\nIn all other cases, the method will return True immediately.\nPrecisely, if the current thread already holds the lock, its\ninternal counter is simply incremented. If nobody holds the lock,\nthe lock is taken and its internal counter initialized to 1.').unsigned(),
    native('__exit__(self, /, *args)', rlock_release, 'release()\n\nRelease the lock, allowing another thread that is blocked waiting for\nthe lock to acquire the lock.  The lock must be in the locked state,\nand must be locked by the same thread that unlocks it; otherwise a\n`RuntimeError` is raised.\n\nDo note that if the lock was acquire()d several times in a row by the\ncurrent thread, release() needs to be called as many times for the lock\nto be available for other threads.').unsigned(),
  ],
});

/** `threading.local()`: attributes of their own for each thread. */
class PyLocal extends PyObject {
  readonly args: PyValue[];
  readonly kwnames: readonly string[] | null;
  constructor(cls: PyType, args: PyValue[], kwnames: readonly string[] | null) {
    super(cls);
    this.args = args;
    this.kwnames = kwnames;
  }
}

const objectInit = (): PyValue | undefined => typeOf(None).lookup('__init__');

/** The running thread's attributes; `__init__` runs once in each thread. */
function localDict(vm: VM, self: PyLocal): PyDict {
  const { locals } = threadsOf(vm).current;
  let dict = locals.get(self) as PyDict | undefined;
  if (dict === undefined) {
    locals.set(self, (dict = new PyDict()));
    self.dict = dict;
    const init = self.cls.lookup('__init__');
    if (init !== undefined && init !== objectInit()) {
      try {
        call(vm, init, [self, ...self.args], self.kwnames);
      } catch (error) {
        locals.delete(self); // The next access tries again.
        throw error;
      }
    }
  }
  self.dict = dict;
  return dict;
}

const localType: PyType = defineType('_local', {
  module: '_thread',
  basetype: true,
  hasDict: true,
  hasWeakref: true,
  doc: 'Thread-local data',
  slots: {
    tp_new(vm, type, args, kwnames) {
      if ((args.length > 0 || kwnames !== null) && type.lookup('__init__') === objectInit()) throw typeError('Initialization arguments are not supported');
      const local = new PyLocal(type, args, kwnames);
      const dict = new PyDict();
      threadsOf(vm).current.locals.set(local, dict);
      local.dict = dict;
      return local;
    },
    tp_getattro(vm, self, name) {
      localDict(vm, self as PyLocal);
      return genericGetAttr(vm, self, name);
    },
    tp_setattro(vm, self, name, value) {
      if (name === '__dict__') throw attributeError(`'${typeOf(self).tpName}' object attribute '__dict__' is read-only`);
      localDict(vm, self as PyLocal);
      genericSetAttr(vm, self, name, value);
    },
  },
  getset: { __dict__: { get: dictAttribute.get } },
});

const exceptHookArgsType = defineStructSequence('_thread', '_ExceptHookArgs', ['exc_type', 'exc_value', 'exc_traceback', 'thread'].map((name) => ({ name })), {
  doc: 'ExceptHookArgs\n\nType used to pass arguments to threading.excepthook.',
});

function start_new_thread(vm: VM, func: PyValue, args: PyValue, kwargs: PyValue | undefined): PyValue {
  if (typeOf(func).tp_call === undefined) throw typeError('first arg must be callable');
  if (!(args instanceof PyTuple)) throw typeError('2nd arg must be a tuple');
  if (kwargs !== undefined && !(kwargs instanceof PyDict)) throw typeError('optional 3rd arg must be a dictionary');
  audit(vm, '_thread.start_new_thread', func, args, kwargs ?? None);
  if (threadsOf(vm).closing) throw runtimeError("can't create new thread at interpreter shutdown");
  const names: string[] = [];
  const values: PyValue[] = [...args.items];
  kwargs?.keys.forEach((key, i) => {
    if (key === undefined) return;
    if (!isStr(key)) throw typeError('keywords must be strings');
    names.push(jsText(key));
    values.push(kwargs.values[i] as PyValue);
  });
  const end = new ThreadEnd(func);
  return newThread(vm, () => {
    try {
      return tailCall(vm, func, values, names.length > 0 ? names : null, end);
    } catch (error) {
      if (!(error instanceof PyBaseException)) throw error;
      return end.failed(vm, error);
    }
  }).ident;
}

/** What a thread's function did not catch is reported, and the thread is over. */
class ThreadEnd implements Continuation {
  next: Continuation | null = null;
  private readonly func: PyValue;
  constructor(func: PyValue) {
    this.func = func;
  }
  resumed(): PyValue {
    return None;
  }
  failed(vm: VM, error: PyBaseException): PyValue {
    if (!error.cls.isSubtypeOf(exceptionTypes.SystemExit)) reportUnraisable(vm, error, 'in thread started by', this.func);
    return None;
  }
}

/** A lock that is released when the running thread ends. */
function set_sentinel(vm: VM): PyValue {
  const lock = new PyLock(lockType);
  threadsOf(vm).current.atEnd.push(() => (lock.locked = false));
  return lock;
}

function interrupt_main(vm: VM, signum: PyValue | undefined): PyValue {
  const signal = signum === undefined ? 2 : Number(asIndex(vm, signum));
  if (signal < 1 || signal >= 65) throw valueError('signal number out of range');
  if (typeof signalState(vm).handlers.get(signal) === 'object') vm.signalArrived(signal);
  return None;
}

/** Linux gives the main thread the number of the process. */
function get_native_id(vm: VM): PyValue {
  const { current, main } = threadsOf(vm);
  return (vm.host.processes?.pid ?? 1) + (main.ident - current.ident) / 0x80_0000;
}

const newLock = (): PyValue => new PyLock(lockType);
const start = native('start_new_thread(function, args, kwargs=None, /)', start_new_thread, 'start_new_thread(function, args[, kwargs])\n(start_new() is an obsolete synonym)\n\nStart a new thread and return its identifier.  The thread will call the\nfunction with positional arguments from the tuple args and keyword arguments\ntaken from the optional dictionary kwargs.  The thread exits when the\nfunction returns; the return value is ignored.  The thread will also exit\nwhen the function raises an unhandled exception; a stack trace will be\nprinted unless the exception is SystemExit.\n').unsigned();
const exit = native('exit()', () => {
  throw newException(exceptionTypes.SystemExit);
}, 'exit()\n(exit_thread() is an obsolete synonym)\n\nThis is synonymous to ``raise SystemExit\'\'.  It will cause the current\nthread to exit silently unless the exception is caught.').unsigned();
const allocate = native('allocate_lock()', newLock, 'allocate_lock() -> lock object\n(allocate() is an obsolete synonym)\n\nCreate a new lock object. See help(type(threading.Lock())) for\ninformation about locks.').unsigned();

/** Python's module `_thread`. CPython 3.12: Modules/_threadmodule.c. */
export const _thread: NativeModule = defineModule(
  '_thread',
  {
    LockType: lockType,
    RLock: rlockType,
    _local: localType,
    _ExceptHookArgs: exceptHookArgsType,
    error: exceptionTypes.RuntimeError,
    TIMEOUT_MAX: (vm) => call(vm, vm.builtins.getStr('float') as PyValue, [9223372036]),
    start_new_thread: start,
    start_new: start,
    daemon_threads_allowed: native('daemon_threads_allowed()', () => true, 'daemon_threads_allowed()\n\nReturn True if daemon threads are allowed in the current interpreter,\nand False otherwise.\n').unsigned(),
    allocate_lock: allocate,
    allocate,
    exit,
    exit_thread: exit,
    interrupt_main: native('interrupt_main(signum=2, /)', interrupt_main, 'interrupt_main(signum=signal.SIGINT, /)\n\nSimulate the arrival of the given signal in the main thread,\nwhere the corresponding signal handler will be executed.\nIf *signum* is omitted, SIGINT is assumed.\nA subthread can use this function to interrupt the main thread.\n\nNote: the default signal handler for SIGINT raises ``KeyboardInterrupt``.').unsigned(),
    get_ident: native('get_ident()', (vm: VM) => vm.threadIdent, "get_ident() -> integer\n\nReturn a non-zero integer that uniquely identifies the current thread\namongst other threads that exist simultaneously.\nThis may be used to identify per-thread resources.\nEven though on some platforms threads identities may appear to be\nallocated consecutive numbers starting at 1, this behavior should not\nbe relied upon, and the number should be seen purely as a magic cookie.\nA thread's identity may be reused for another thread after it exits.").unsigned(),
    get_native_id: native('get_native_id()', get_native_id, 'get_native_id() -> integer\n\nReturn a non-negative integer identifying the thread as reported\nby the OS (kernel). This may be used to uniquely identify a\nparticular thread within a system.').unsigned(),
    _count: native('_count()', (vm: VM) => threadsOf(vm).all.length - 1, '_count() -> integer\n\nReturn the number of currently running Python threads, excluding\nthe main thread. The returned number comprises all threads created\nthrough `start_new_thread()` as well as `threading.Thread`, and not\nyet finished.\n\nThis function is meant for internal and specialized purposes only.\nIn most applications `threading.enumerate()` should be used instead.').unsigned(),
    stack_size: native('stack_size(size=0, /)', (vm: VM, size: PyValue | undefined) => {
      const value = size === undefined ? 0 : Number(asIndex(vm, size));
      if (value < 0) throw valueError('size must be 0 or a positive value');
      if (value > 0 && value < 32768) throw valueError(`size not valid: ${value} bytes`);
      const state = vm.state('_thread.stack_size', () => ({ size: 0 }));
      const old = state.size;
      state.size = value;
      return old;
    }, 'stack_size([size]) -> size\n\nReturn the thread stack size used when creating new threads.  The\noptional size argument specifies the stack size (in bytes) to be used\nfor subsequently created threads, and must be 0 (use platform or\nconfigured default) or a positive integer value of at least 32,768 (32k).\nIf changing the thread stack size is unsupported, a ThreadError\nexception is raised.  If the specified size is invalid, a ValueError\nexception is raised, and the stack size is unmodified.  32k bytes\n currently the minimum supported stack size value to guarantee\nsufficient stack space for the interpreter itself.\n\nNote that some platforms may have particular restrictions on values for\nthe stack size, such as requiring a minimum stack size larger than 32 KiB or\nrequiring allocation in multiples of the system memory page size\n- platform documentation should be referred to for more information\n(4 KiB pages are common; using multiples of 4096 for the stack size is\nthe suggested approach in the absence of more specific information).').unsigned(),
    _set_sentinel: native('_set_sentinel()', set_sentinel, '_set_sentinel() -> lock\n\nSet a sentinel lock that will be released when the current thread\nstate is finalized (after it is untied from the interpreter).\n\nThis is a private API for the threading module.').unsigned(),
    _is_main_interpreter: native('_is_main_interpreter()', () => true, '_is_main_interpreter()\n\nReturn True if the current interpreter is the main Python interpreter.').unsigned(),
    _excepthook: native('_excepthook(args, /)', (vm: VM, args: PyValue) => {
      const type = getAttr(vm, args, 'exc_type');
      if (type === exceptionTypes.SystemExit) return None;
      const thread = getAttr(vm, args, 'thread');
      let stderr = vm.sysDict.getStr('stderr');
      if (stderr === undefined || stderr === None) stderr = thread === None ? None : lookupAttr(vm, thread, '_stderr');
      if (stderr === undefined || stderr === None) return None;
      const name = thread === None ? undefined : lookupAttr(vm, thread, 'name');
      call(vm, getAttr(vm, stderr, 'write'), [strFromJS(`Exception in thread ${name === undefined ? String(vm.threadIdent) : String(name as string)}:\n`)]);
      call(vm, getAttr(vm, stderr, 'write'), [strFromJS(exceptionText(vm, getAttr(vm, args, 'exc_value'), getAttr(vm, args, 'exc_traceback')))]);
      callMethod(vm, stderr, 'flush');
      return None;
    }, 'excepthook(exc_type, exc_value, exc_traceback, thread)\n\nHandle uncaught Thread.run() exception.').unsigned(),
  },
  { doc: 'This module provides primitive operations to write multi-threaded programs.\nThe \'threading\' module provides a more convenient interface.' },
);

