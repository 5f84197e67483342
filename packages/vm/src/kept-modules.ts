/*
 * Modules that have been imported before they are asked for: in a snapshot of the heap (keep.ts) an import then costs little more than the search.
 *
 * {@link KeptModules} first imports them and records what each of them imported for itself, and takes them out of `sys.modules`. In a process that goes on
 * from there every import goes its usual way through importlib, so that whatever comes before the library in `sys.path`, the finders and the loaders
 * of the program are asked as ever. Only when importlib comes to run the code of a recorded module does the module that is there take its
 * place; provided that what it imported is what it would import now, and that nobody watches.
 */
import type { CodeObject } from '@py/code';
import { isStr, jsText, strFromJS } from './core/text.ts';
import type { PyType } from './core/type.ts';
import type { PyValue } from './core/value.ts';
import type { VM } from './core/vm.ts';
import { native } from './core/native.ts';
import type { NativeModule } from './core/native-module.ts';
import { importNamed } from './interpreter/import.ts';
import { PyBuiltinFunction } from './objects/builtin_function.ts';
import type { PyCode } from './objects/code.ts';
import { PyDict } from './objects/dict.ts';
import { Exception } from './objects/exception-types.ts';
import { PyBaseException } from './objects/exceptions.ts';
import { PyModule } from './objects/module.ts';
import { None } from './objects/none.ts';
import { registerSubclass, unregisterSubclass } from './objects/type-new.ts';
import { isAudited } from './protocol/audit.ts';
import { call } from './protocol/call.ts';
import { toArray } from './protocol/iterate.ts';

/** What a module does again in each process, after it has taken its place. */
export type Renewals = ReadonlyMap<string, (vm: VM, module: PyModule) => void>;

interface KeptModule {
  readonly module: PyModule;
  /** The code that made it; null for a native module. */
  readonly code: CodeObject | null;
  /** What `sys.modules` must hold for it, in the order in which it asked. */
  readonly imports: Map<string, PyValue>;
  /** The submodules among what that leads to, by their own names. */
  submodules: readonly string[];
  /** Entries of `sys.modules` that its code makes. */
  readonly entries: [name: string, value: PyValue][];
  /** Its classes, of which their bases have forgotten. */
  readonly classes: Set<PyType>;
}

/** The modules that {@link KeptModules.keep} has imported, as long as nobody else has. */
export class KeptModules {
  /** Each is used once; a second import of the same name runs its code. */
  private readonly modules: Map<string, KeptModule>;
  private readonly renewals: Renewals;
  private readonly importFunction: PyValue;
  /** Names that have taken their places, in that order. */
  private readonly entered: string[];
  /** Native modules that have just been taken, and need no `exec`. */
  private readonly taken: Set<PyModule>;

  private constructor(renewals: Renewals, importFunction: PyValue) {
    this.modules = new Map();
    this.renewals = renewals;
    this.importFunction = importFunction;
    this.entered = [];
    this.taken = new Set();
  }

  /** Imports modules, and takes them away again; `settle` is called in between. Gives their code by name. Throws what an import raises. */
  static keep(vm: VM, names: readonly string[], renewals: Renewals, settle: (vm: VM) => void): ReadonlyMap<string, CodeObject> {
    const importFunction = vm.builtins.getStr('__import__') as PyValue;
    const kept = new KeptModules(renewals, importFunction);
    const before = new Map(vm.modules.keyList().map((key) => [key, vm.modules.getStr(jsText(key as string))]));
    const classes = new Set(subclasses(vm).map(([, type]) => type));
    const recording = new Recording(importFunction);
    vm.beforeExec = (code, globals) => recording.runs(code, globals);
    vm.builtins.setStr('__import__', recording.importFunction);
    for (const name of names) importNamed(vm, name);
    vm.builtins.setStr('__import__', importFunction);
    vm.beforeExec = null;
    settle(vm);
    kept.take(vm, before, recording);
    kept.forgetClasses(vm, classes);
    vm.beforeExec = (code, globals) => kept.enters(vm, code, globals);
    vm.keptModules = kept;
    return recording.codes;
  }

  /** The native module that is about to be created, if it was kept. */
  takeNative(vm: VM, { name, resume }: NativeModule): PyModule | null {
    const kept = this.modules.get(name);
    if (kept === undefined || kept.code !== null || !this.isPlain(vm)) return null;
    this.modules.delete(name);
    this.taken.add(kept.module);
    resume?.(vm, kept.module);
    return kept.module;
  }

  /** Whether a native module has been executed when it was recorded; asked once. */
  wasExecuted(module: PyModule): boolean {
    return this.taken.delete(module);
  }

  private take(vm: VM, before: ReadonlyMap<PyValue, PyValue | undefined>, recording: Recording): void {
    const known = new Set(before.values());
    const all = vm.modules.keyList().filter((key) => !before.has(key)).map((key) => jsText(key as string));
    for (const name of all) {
      const module = vm.modules.getStr(name) as PyValue;
      if (!(module instanceof PyModule) || known.has(module)) continue;
      known.add(module);
      this.modules.set(name, { module, code: recording.codes.get(name) ?? null, imports: new Map(), submodules: [], entries: [], classes: new Set() });
    }
    for (const [importer, names] of recording.imports) {
      const imports = this.modules.get(importer)?.imports;
      for (const name of names) if (vm.modules.getStr(name) !== undefined) imports?.set(name, vm.modules.getStr(name) as PyValue);
    }
    for (const name of all) {
      if (this.modules.has(name)) this.forgetSubmodule(vm, name);
      else this.keepEntry(name, vm.modules.getStr(name) as PyValue);
    }
    for (const [name, kept] of this.modules) kept.submodules = [...this.importsOf(name)].filter((other) => parentOf(other) === name && kept.module.dict.getStr(ownName(other)) !== undefined).map(ownName);
    for (const name of all) vm.modules.deleteStr(name);
  }

  /** A name that a package has put into `sys.modules` for something else. */
  private keepEntry(name: string, value: PyValue): void {
    const owner = this.modules.get(parentOf(name));
    owner?.imports.delete(name);
    owner?.entries.push([name, value]);
  }

  /** A package knows its submodules once they are imported; those that it does not import itself somebody else has imported. */
  private forgetSubmodule(vm: VM, name: string): void {
    const parent = vm.modules.getStr(parentOf(name));
    if (!(parent instanceof PyModule) || this.importsOf(parentOf(name)).has(name)) return;
    if (parent.dict.getStr(ownName(name)) === vm.modules.getStr(name)) parent.dict.deleteStr(ownName(name));
  }

  /** What an import of this module leads to. */
  private importsOf(name: string): Set<string> {
    const all = new Set([name]);
    for (const importer of all) for (const imported of this.modules.get(importer)?.imports.keys() ?? []) all.add(imported);
    return all;
  }

  /** Bases forget classes that have been made by now, until their modules are imported. */
  private forgetClasses(vm: VM, known: ReadonlySet<PyType>): void {
    for (const [base, type] of subclasses(vm)) {
      if (known.has(type)) continue;
      const module = type.ns.get('__module__');
      if (module === undefined || !isStr(module) || base.ns.get('__module__') === module) continue;
      this.modules.get(jsText(module))?.classes.add(type);
    }
    for (const { classes } of this.modules.values()) for (const type of classes) unregisterSubclass(vm, type, type.bases);
  }

  /** Called before exec runs code: does a kept module take the place of the one that it would fill? */
  private enters(vm: VM, code: PyCode, globals: PyDict): boolean {
    const nameValue = globals.getStr('__name__');
    if (nameValue === undefined || !isStr(nameValue)) return false;
    const name = jsText(nameValue);
    const kept = this.modules.get(name);
    if (kept === undefined || kept.code === null) return false;
    this.modules.delete(name);
    const replaced = vm.modules.getStr(name);
    const fits = replaced instanceof PyModule && replaced.dict === globals && isSame(kept.code, code.code) && this.isPlain(vm) && holdsNamesOfImportOnly(globals);
    return fits && this.enter(vm, name, kept, replaced);
  }

  private enter(vm: VM, name: string, { module, imports, submodules, entries, classes }: KeptModule, replaced: PyModule): boolean {
    for (const key of replaced.dict.keyList()) if (key !== '__doc__') module.dict.set(vm, key, replaced.dict.get(vm, key) as PyValue); // Its code has set __doc__.
    vm.modules.setStr(name, module);
    const mark = this.entered.length;
    this.entered.push(name);
    const held = submodules.map((own) => [own, module.dict.getStr(own) as PyValue] as const);
    for (const [imported, value] of imports) {
      if ((vm.modules.getStr(imported) ?? this.import(vm, imported, mark, name, replaced)) === value) continue;
      this.leave(vm, mark, name, replaced);
      return false;
    }
    for (const [own, value] of held) module.dict.setStr(own, value); // importlib has put the submodule there; its own code came after that.
    for (const [entry, value] of entries) vm.modules.setStr(entry, value);
    for (const type of classes) {
      registerSubclass(vm, type);
      type.modified();
    }
    this.renewals.get(name)?.(vm, module);
    return true;
  }

  /** What an import now gives; null where it fails, which it shall do when the module's own code asks for it. */
  private import(vm: VM, imported: string, mark: number, name: string, replaced: PyModule): PyValue | null {
    try {
      return importNamed(vm, imported);
    } catch (error) {
      if (error instanceof PyBaseException && error.cls.isSubtypeOf(Exception)) return null;
      this.leave(vm, mark, name, replaced);
      throw error;
    }
  }

  /** Its code will run after all: what came in for its sake goes again, since it may have to do with another one of this name. */
  private leave(vm: VM, mark: number, name: string, replaced: PyModule): void {
    for (const other of this.entered.splice(mark)) vm.modules.deleteStr(other);
    for (const key of vm.modules.keyList()) if (isStr(key) && jsText(key).startsWith(`${name}.`)) vm.modules.deleteStr(jsText(key));
    vm.modules.setStr(name, replaced);
  }

  /** Nobody watches what is executed, or has put something of his own in the place of `import`; no option changes what modules do when they are imported. */
  private isPlain(vm: VM): boolean {
    return !vm.tracing && !isAudited(vm) && vm.budget === null && vm.builtins.getStr('__import__') === this.importFunction && (vm.options.sys?.warnoptions ?? []).length === 0;
  }
}

/** What is heard while modules are imported. */
class Recording {
  readonly codes = new Map<string, CodeObject>();
  readonly imports = new Map<string, Set<string>>();
  readonly importFunction: PyValue;

  constructor(original: PyValue) {
    const definition = native('__import__(name, globals=None, locals=None, fromlist=(), level=0)', (vm: VM, ...args: (PyValue | undefined)[]) => {
      const importer = importingModule(vm);
      const result = call(vm, original, args.filter((arg) => arg !== undefined));
      const [name, , , fromlist, level] = args;
      if (importer !== null) this.noteImport(vm, importer, jsText(name as string), fromlist === undefined || fromlist === None ? [] : toArray(vm, fromlist), Number(level ?? 0));
      return result;
    });
    this.importFunction = new PyBuiltinFunction(definition, null, strFromJS('builtins'));
  }

  runs(code: PyCode, globals: PyDict): boolean {
    this.codes.set(textAt(globals, '__name__'), code.code);
    return false;
  }

  private noteImport(vm: VM, importer: PyDict, name: string, fromlist: readonly PyValue[], level: number): void {
    const importerName = textAt(importer, '__name__');
    const parts = level === 0 ? [] : textAt(importer, '__package__').split('.');
    const absolute = [...parts.slice(0, parts.length + 1 - level), name].filter((part) => part !== '').join('.');
    let names = this.imports.get(importerName);
    if (names === undefined) this.imports.set(importerName, (names = new Set()));
    names.add(absolute);
    for (const item of fromlist) {
      const submodule = `${absolute}.${jsText(item as string)}`;
      if (vm.modules.getStr(submodule) !== undefined) names.add(submodule);
    }
  }
}

/** The namespace of the module whose code is being executed, by whatever functions it calls. */
function importingModule(vm: VM): PyDict | null {
  for (let frame = vm.frame; frame !== null; frame = frame.back) if (frame.code.code.co_name === '<module>' && frame.globals instanceof PyDict) return frame.globals;
  return null;
}

/** All classes made in Python, with each of their bases. */
function subclasses(vm: VM): [base: PyType, type: PyType][] {
  const found: [PyType, PyType][] = [];
  const look = (base: PyType, refs: Iterable<WeakRef<PyType>>): void => {
    for (const ref of refs) {
      const type = ref.deref();
      if (type !== undefined) found.push([base, type]);
    }
  };
  for (const [base, refs] of vm.subclassesOfBuiltins) look(base, refs);
  for (const [, type] of found) look(type, type.subclasses ?? []); // An array's iterator comes to what is added on the way.
  return found;
}

const namesOfImport: ReadonlySet<string> = new Set(['__name__', '__doc__', '__package__', '__loader__', '__spec__', '__path__', '__file__', '__cached__', '__builtins__', '__origname__']);

function holdsNamesOfImportOnly(globals: PyDict): boolean {
  return globals.keyList().every((key) => isStr(key) && namesOfImport.has(jsText(key)));
}

function isSame(one: CodeObject, other: CodeObject): boolean {
  return one.co_filename === other.co_filename && one.co_code.length === other.co_code.length && one.co_code.every((byte, index) => byte === other.co_code[index]);
}

function parentOf(name: string): string {
  return name.slice(0, Math.max(name.lastIndexOf('.'), 0));
}

function ownName(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

function textAt(dict: PyDict, name: string): string {
  const value = dict.getStr(name);
  return value !== undefined && isStr(value) ? jsText(value) : '';
}
