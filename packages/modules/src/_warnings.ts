import {
  asIndex, call, callMethod, defineModule, exceptionTypes, frameObject, getAttr, isInstance, isInt, isStr, isSubclass, isTrue, jsText, lookupAttr, native, newTuple, None, PyBaseException, PyDict,
  PyList, PyTuple, PyType, strFromJS, strText, typeError, typeOf, writeError, runtimeError, sourceLine, reprText, valueError,
} from '@py/vm/native';
import type { Frame, NativeModule, PyValue, VM, WarningCategory } from '@py/vm/native';

/* `_warnings` (CPython 3.12: Python/_warnings.c): the filters and the showing that the VM's own warnings need too. */

interface WarningsState {
  filters: PyValue;
  onceRegistry: PyDict;
  defaultAction: PyValue;
  /** Changes whenever the filters do: registries of modules are then out of date. */
  version: number;
}

function state(vm: VM): WarningsState {
  return vm.state('_warnings', () => ({ filters: initialFilters(), onceRegistry: new PyDict(), defaultAction: 'default', version: 0 }));
}

/** `action, message, category, module, lineno` */
function initialFilters(): PyValue {
  const filter = (action: string, category: PyType, module: PyValue = None): PyValue => newTuple([action, None, category, module, 0]);
  return new PyList([
    filter('default', exceptionTypes.DeprecationWarning, '__main__'),
    filter('ignore', exceptionTypes.DeprecationWarning),
    filter('ignore', exceptionTypes.PendingDeprecationWarning),
    filter('ignore', exceptionTypes.ImportWarning),
    filter('ignore', exceptionTypes.ResourceWarning),
  ]);
}

/** An attribute of the `warnings` module, if that is loaded: programs change its filters and functions. */
function fromModule(vm: VM, name: string): PyValue | undefined {
  const module = vm.modules.getStr('warnings');
  return module === undefined || module === None ? undefined : lookupAttr(vm, module, name);
}

function matches(vm: VM, pattern: PyValue, text: PyValue): boolean {
  if (pattern === None) return true;
  if (isStr(pattern)) return isStr(text) && jsText(pattern) === jsText(text);
  return isTrue(vm, callMethod(vm, pattern, 'match', [text]));
}

/** The action for a warning, and the filter that says so. */
function findAction(vm: VM, category: PyValue, text: PyValue, lineno: number, module: PyValue): { action: string; item: PyValue } {
  const filters = fromModule(vm, 'filters') ?? state(vm).filters;
  state(vm).filters = filters;
  if (!(filters instanceof PyList)) throw valueError('_warnings.filters must be a list');
  for (let i = 0; i < filters.items.length; i++) {
    const item = filters.items[i];
    if (!(item instanceof PyTuple) || item.items.length !== 5) throw valueError(`_warnings.filters item ${i} isn't a 5-tuple`);
    const [action, message, cls, moduleName, line] = item.items;
    if (!isStr(action)) throw typeError(`action must be a string, not '${typeOf(action).tpName}'`);
    const applies = matches(vm, message, text) && isSubclass(vm, category, cls) && matches(vm, moduleName, module);
    if (!isInt(line)) throw typeError('an integer is required');
    const at = Number(asIndex(vm, line));
    if (applies && (at === 0 || at === lineno)) return { action: jsText(action), item };
  }
  const action = fromModule(vm, 'defaultaction') ?? state(vm).defaultAction;
  if (!isStr(action)) throw typeError(`_warnings.defaultaction must be a string, not '${typeOf(action).tpName}'`);
  return { action: jsText(action), item: None };
}

/** Warnings that are shown once, wherever they come from. */
function onceRegistry(vm: VM): PyDict {
  const registry = fromModule(vm, 'onceregistry') ?? state(vm).onceRegistry;
  if (!(registry instanceof PyDict)) throw typeError(`_warnings.onceregistry must be a dict, not '${typeOf(registry).tpName}'`);
  return registry;
}

/** Was this warning shown before? Notes it if `set`. */
function alreadyWarned(vm: VM, registry: PyDict, key: PyValue, set: boolean): boolean {
  const { version } = state(vm);
  if (registry.getStr('version') !== version) {
    registry.clear();
    registry.setStr('version', version);
  } else {
    const seen = registry.get(vm, key);
    if (seen !== undefined && isTrue(vm, seen)) return true;
  }
  if (set) registry.set(vm, key, true);
  return false;
}

interface Occurrence {
  readonly category: PyValue;
  readonly message: PyValue;
  readonly filename: PyValue;
  readonly lineno: number;
  readonly module: PyValue;
  readonly registry: PyDict | null;
  readonly sourceLine: PyValue | null;
  readonly source: PyValue | null;
}

/** Decides and shows (CPython: warn_explicit). */
function warnExplicit(vm: VM, occurrence: Occurrence): PyValue {
  let { category, message } = occurrence;
  const { filename, lineno, registry } = occurrence;
  if (occurrence.module === None) return None;
  let text: PyValue;
  if (message instanceof PyBaseException && isInstance(vm, message, exceptionTypes.Warning)) {
    text = strFromJS(strText(vm, message));
    category = typeOf(message);
  } else {
    text = message;
    message = call(vm, category, [message]);
  }
  const key = newTuple([text, category, lineno]);
  if (registry !== null && alreadyWarned(vm, registry, key, false)) return None;
  const { action, item } = findAction(vm, category, text, lineno, occurrence.module);
  if (action === 'error') throw message as PyBaseException;
  if (action === 'ignore') return None;
  if (action !== 'always') {
    if (registry !== null) registry.set(vm, key, true);
    let already = false;
    if (action === 'once') {
      already = alreadyWarned(vm, registry ?? onceRegistry(vm), newTuple([text, category]), true);
    } else if (action === 'module') {
      if (registry !== null) already = alreadyWarned(vm, registry, newTuple([text, category, 0]), true);
    } else if (action !== 'default') {
      throw runtimeError(`Unrecognized action (${reprText(vm, strFromJS(action))}) in warnings.filters:\n ${reprText(vm, item)}`);
    }
    if (already) return None;
  }
  const show = fromModule(vm, '_showwarnmsg');
  const make = fromModule(vm, 'WarningMessage');
  if (show !== undefined && make !== undefined) {
    const shown = call(vm, make, [message, category, filename, lineno, None, None, occurrence.source ?? None]);
    call(vm, show, [shown]);
  } else showPlain(vm, filename, lineno, text, category, occurrence.sourceLine);
  return None;
}

/** Without the `warnings` module: `file:line: Category: text` and the source line. */
function showPlain(vm: VM, filename: PyValue, lineno: number, text: PyValue, category: PyValue, line: PyValue | null): void {
  const name = strText(vm, getAttr(vm, category, '__name__'));
  let shown = `${strText(vm, filename)}:${lineno}: ${name}: ${strText(vm, text)}\n`;
  const source = line !== null && isStr(line) ? jsText(line) : isStr(filename) ? sourceLine(vm, jsText(filename), lineno, new PyDict()) : null;
  if (source !== null) shown += `  ${source.trim()}\n`;
  writeError(vm, shown);
}

/** Frames of importlib are not counted: they stand between a program's import and the module. */
function isInternal(frame: Frame): boolean {
  const filename = frame.code.code.co_filename;
  return filename.includes('importlib') && filename.includes('_bootstrap');
}

function callerAt(vm: VM, stackLevel: number, skip: readonly string[]): Frame | null {
  let frame = vm.frame;
  const skipped = (candidate: Frame): boolean => skip.some((prefix) => candidate.code.code.co_filename.startsWith(prefix));
  const next = (from: Frame): Frame | null => {
    let candidate = from.back;
    while (candidate !== null && (isInternal(candidate) || skipped(candidate))) candidate = candidate.back;
    return candidate;
  };
  if (stackLevel <= 0 || (frame !== null && isInternal(frame))) {
    for (let level = stackLevel; --level > 0 && frame !== null; ) frame = frame.back;
    return frame;
  }
  for (let level = stackLevel; --level > 0 && frame !== null; ) frame = next(frame);
  return frame;
}

/** Warns from the frame `stackLevel` levels up (CPython: do_warn). */
function doWarn(vm: VM, message: PyValue, category: PyValue, stackLevel: number, source: PyValue | null, skip: readonly string[]): PyValue {
  const frame = callerAt(vm, stackLevel, skip);
  const globals = frame === null ? vm.sysDict : frame.globals;
  const filename: PyValue = frame === null ? 'sys' : strFromJS(frame.code.code.co_filename);
  const lineno = frame === null ? 1 : Number(getAttr(vm, frameObject(frame), 'f_lineno'));
  let registry = globals.getStr('__warningregistry__');
  if (!(registry instanceof PyDict)) {
    registry = new PyDict();
    globals.setStr('__warningregistry__', registry);
  }
  const name = globals.getStr('__name__');
  const module = name !== undefined && (isStr(name) || name === None) ? name : '<string>';
  return warnExplicit(vm, { category, message, filename, lineno, module, registry: registry as PyDict, sourceLine: null, source });
}

function categoryOf(vm: VM, message: PyValue, category: PyValue | undefined): PyValue {
  if (isInstance(vm, message, exceptionTypes.Warning)) return typeOf(message);
  const cls = category === undefined || category === None ? exceptionTypes.UserWarning : category;
  if (!(cls instanceof PyType) || !cls.isSubtypeOf(exceptionTypes.Warning)) throw typeError(`category must be a Warning subclass, not '${typeOf(cls).tpName}'`);
  return cls;
}

function warn(vm: VM, message: PyValue, category: PyValue | undefined, stacklevel: PyValue | undefined, source: PyValue | undefined, skipPrefixes: PyValue | undefined): PyValue {
  const cls = categoryOf(vm, message, category);
  let level = stacklevel === undefined ? 1 : Number(asIndex(vm, stacklevel));
  let skip: string[] = [];
  if (skipPrefixes !== undefined) {
    if (!(skipPrefixes instanceof PyTuple)) throw typeError(`warn() argument 'skip_file_prefixes' must be tuple, not ${typeOf(skipPrefixes).tpName}`);
    for (const prefix of skipPrefixes.items) if (!isStr(prefix)) throw typeError(`Found non-str '${strText(vm, prefix)}' in skip_file_prefixes.`);
    skip = skipPrefixes.items.map((prefix) => jsText(prefix));
    if (skip.length > 0 && level < 2) level = 2;
  }
  return doWarn(vm, message, cls, level, source === undefined || source === None ? null : source, skip);
}

function warn_explicit(
  vm: VM, message: PyValue, category: PyValue, filename: PyValue, lineno: PyValue, module: PyValue | undefined, registry: PyValue | undefined,
  moduleGlobals: PyValue | undefined, source: PyValue | undefined,
): PyValue {
  if (registry !== undefined && registry !== None && !(registry instanceof PyDict)) throw typeError("'registry' must be a dict or None");
  if (moduleGlobals !== undefined && moduleGlobals !== None && !(moduleGlobals instanceof PyDict)) {
    throw typeError(`module_globals must be a dict, not '${typeOf(moduleGlobals).tpName}'`);
  }
  const name = module ?? strFromJS(strText(vm, filename).replace(/\.py$/, ''));
  return warnExplicit(vm, {
    category, message, filename, lineno: Number(asIndex(vm, lineno)), module: name, registry: registry instanceof PyDict ? registry : null, sourceLine: null,
    source: source === undefined || source === None ? null : source,
  });
}

/** Python's module `_warnings`. CPython 3.12: Python/_warnings.c. */
export const _warnings: NativeModule = defineModule(
  '_warnings',
  {
    filters: (vm) => state(vm).filters,
    _onceregistry: (vm) => state(vm).onceRegistry,
    _defaultaction: 'default',
    warn: native('warn(message, category=None, stacklevel=1, source=None, *, skip_file_prefixes=<unrepresentable>)', warn, "Issue a warning, or maybe ignore it or raise an exception.\n\n  message\n    Text of the warning message.\n  category\n    The Warning category subclass. Defaults to UserWarning.\n  stacklevel\n    How far up the call stack to make this warning appear. A value of 2 for\n    example attributes the warning to the caller of the code calling warn().\n  source\n    If supplied, the destroyed object which emitted a ResourceWarning\n  skip_file_prefixes\n    An optional tuple of module filename prefixes indicating frames to skip\n    during stacklevel computations for stack frame attribution."),
    warn_explicit: native('warn_explicit(message, category, filename, lineno, module=<unrepresentable>, registry=None, module_globals=None, source=None)', warn_explicit, 'Issue a warning, or maybe ignore it or raise an exception.'),
    _filters_mutated: native('_filters_mutated()', (vm: VM) => {
      state(vm).version++;
      return None;
    }),
  },
  {
    doc: '_warnings provides basic warning filtering support.\nIt is a helper module to speed up interpreter start-up.',
    exec(vm) {
      vm.warningHook = (owner, category: WarningCategory, message, stackLevel, source) => {
        doWarn(owner, strFromJS(message), exceptionTypes[category], stackLevel, source, []);
      };
    },
  },
);
