// Ways out of other Pythons in JavaScript, each of which must stay closed: Python objects are never JavaScript's, names of JavaScript's
// are ordinary names, and what the host does not grant does not exist.
import { describe, expect, it } from 'vitest';
import { createPython } from '../src/index.ts';

function run(source: string): unknown {
  const python = createPython();
  const result = python.run(source);
  if (result.kind !== 'done') throw new Error(result.kind === 'raised' ? result.traceback : result.kind);
  return python.eval('result');
}

/** Names that mean something on every object of JavaScript's. */
const names = ['constructor', '__proto__', 'prototype', 'toString', 'valueOf', 'hasOwnProperty', '__defineGetter__', '__lookupGetter__', 'caller', 'arguments', 'then', 'length'];

/** One object of each kind. */
const objects = `
import sys
class Plain: pass
class Slots: __slots__ = ('a',)
def function(): yield
objects = [None, True, 1, 2**70, 1.5, 1j, '', 'x', b'', bytearray(), (), [], {}, set(), frozenset(), range(1), slice(1), Plain, Plain(), Slots(), function, function(),
    function.__code__, len, [].append, str.join, sys, type, object, Ellipsis, NotImplemented, iter([]), zip(), map(len, []), property(), memoryview(b''), ValueError('x'),
    {}.keys(), type.__dict__, sys._getframe(), function.__get__(1), super(Plain, Plain()), sys.flags, sys.version_info]
`;

describe('names of JavaScript\'s', () => {
  it.each(names)('%s is an attribute of nothing', (name) => {
    expect(run(`${objects}
result = [type(o).__name__ for o in objects if hasattr(o, ${JSON.stringify(name)})]`)).toEqual([]);
  });

  it.each(names)('%s is an ordinary name', (name) => {
    expect(run(`
class C:
    def __init__(self): self.${name} = 1
class S: __slots__ = (${JSON.stringify(name)},)
c, s = C(), S()
s.${name} = 2
def f(${name}=3, **rest): return ${name}, rest
d = {${JSON.stringify(name)}: 4}
globals()[${JSON.stringify(name)}] = 5
namespace = {}
exec(${JSON.stringify(`${name} = 6`)}, namespace)
t = type('T', (), {${JSON.stringify(name)}: 7})
import sys
sys.modules[${JSON.stringify(name)}] = 8
result = [c.${name}, vars(c), s.${name}, f(), f(**{${JSON.stringify(name)}: 9}), d[${JSON.stringify(name)}], ${name}, namespace[${JSON.stringify(name)}], t.${name}, sys.modules[${JSON.stringify(name)}]]
`)).toEqual([1, new Map([[name, 1]]), 2, [3, new Map()], [9, new Map()], 4, 5, 6, 7, 8]);
  });

  it('are missing where nothing was put', () => {
    expect(run(`
import sys
class C: pass
missing = []
for name in ${JSON.stringify(names)}:
    for look in (lambda: {}[name], lambda: globals()[name], lambda: vars(C())[name], lambda: sys.modules[name], lambda: __import__(name), lambda: getattr(C(), name),
                 lambda: eval(name), lambda: '{0.' + name + '}' and ('{0.' + name + '}').format(C()), lambda: '%(' + name + ')s' and ('%(' + name + ')s') % {}):
        try: look()
        except (KeyError, AttributeError, ImportError, NameError): missing.append(1)
result = len(missing)
`)).toBe(names.length * 9);
  });

  it('do not come in through codecs, formats, modules, options or errors handlers', () => {
    for (const name of names) {
      expect(run(`
import _codecs
errors = []
for attempt in (lambda: 'x'.encode(${JSON.stringify(name)}), lambda: b'x'.decode(${JSON.stringify(name)}), lambda: _codecs.lookup_error(${JSON.stringify(name)}),
                lambda: format(1, ${JSON.stringify(name)}), lambda: int(**{${JSON.stringify(name)}: 1}), lambda: dict(**{${JSON.stringify(name)}: 1})[${JSON.stringify(name)}] + ''):
    try: attempt()
    except (LookupError, ValueError, TypeError, ImportError): errors.append(1)
result = len(errors)
`), name).toBe(6);
    }
  });
});

describe('what programs find', () => {
  it('is no function constructor behind any attribute path', () => {
    // As in JsProxy.constructor.constructor("return process")(): every attribute of every object, two steps deep, is Python's.
    expect(run(`${objects}
seen, strange = set(), []
def visit(value, depth):
    if id(value) in seen or depth == 0: return
    seen.add(id(value))
    for name in dir(value):
        try: item = getattr(value, name)
        except Exception: continue
        if not isinstance(type(item), type) or not isinstance(item, object): strange.append(name)
        visit(item, depth - 1)
for value in objects: visit(value, 2)
result = (strange, len(seen) > 200)
`)).toEqual([[], true]);
  });

  it('is no host through frames, tracebacks, subclasses or builtins', () => {
    expect(run(`
import sys
try: 1 / 0
except ZeroDivisionError as error: frame = error.__traceback__.tb_frame
names = set(frame.f_globals) | set(frame.f_builtins)
def subclasses(cls, found):
    for each in type.__subclasses__(cls):
        if each not in found:
            found.add(each)
            subclasses(each, found)
    return found
classes = {cls.__name__ for cls in subclasses(object, set())}
result = sorted((names | classes | set(sys.modules)) & {'process', 'global', 'globalThis', 'window', 'self', 'Function', 'eval_js', 'js', 'require', 'Deno', 'Bun', 'fetch', 'JsProxy', 'JSValue'})
`)).toEqual([]);
  });

  it.each(['js', 'pyodide', 'pyodide_js', 'browser', 'javascript', 'node', 'node:fs', 'fs', 'child_process'])('is no module %s', (name) => {
    expect(run(`
try: __import__(${JSON.stringify(name)})
except ImportError: result = 'no such module'`)).toBe('no such module');
  });

  it('is no memory and no library of the machine through _ctypes, whose memory is the VM\'s own', () => {
    expect(run(`
import _ctypes
class Char(_ctypes._SimpleCData): _type_ = 'c'
class Function(_ctypes.CFuncPtr): _flags_ = _ctypes.FUNCFLAG_CDECL
held = [1]
attempts = [lambda: _ctypes.dlopen('libc.so.6', 0), lambda: Char.from_address(id(held)).value, lambda: Char.from_address(4096).value, lambda: Function()()]
result = []
for attempt in attempts:
    try: result.append(attempt())
    except (OSError, ValueError) as error: result.append(type(error).__name__)
`)).toEqual(['OSError', 'ValueError', 'ValueError', 'ValueError']);
  });

  it('is nothing of the machine that the host does not grant', () => {
    expect(run(`
import posix, time, _socket, _signal, select
attempts = [lambda: posix.open('/etc/passwd', 0), lambda: posix.listdir('/'), lambda: posix.stat('/'), lambda: posix.system('true'), lambda: posix.kill(1, 0),
    lambda: posix.posix_spawn('/bin/true', ['true'], {}), lambda: posix.getcwd(), lambda: _socket.socket(), lambda: posix.pipe(), lambda: posix.read(0, 1), lambda: posix.write(1, b'x'),
    lambda: select.select([0], [], [], 0)]
refused = []
for attempt in attempts:
    try: attempt()
    except OSError: refused.append(1)
result = (len(refused) == len(attempts), posix.environ)
`)).toEqual([true, new Map()]);
  });
});

describe('what reaches JavaScript', () => {
  it('is plain data: no prototype is polluted', () => {
    const python = createPython();
    const result = python.eval("{'__proto__': {'polluted': 1}, 'constructor': {'prototype': {'polluted': 2}}}");
    expect(result).toBeInstanceOf(Map);
    expect(({} as Record<string, unknown>)['polluted']).toBe(undefined);
    python.run("class __proto__: polluted = 3\nvars()['__proto__'] = 1\nimport sys\nsys.modules['__proto__'] = sys\nObject = Function = Array = 1");
    expect(({} as Record<string, unknown>)['polluted']).toBe(undefined);
    expect(typeof Object).toBe('function');
  });

  it('cannot change another Python', () => {
    const first = createPython();
    const second = createPython();
    first.run("import sys, builtins\nbuiltins.len = None\nsys.setrecursionlimit(50)\nsys.modules['x'] = 1\nsys.path.append('here')\nExtra = type('Extra', (int,), {})");
    expect(second.eval("len('abc'), __import__('sys').getrecursionlimit(), 'x' in __import__('sys').modules, 'here' in __import__('sys').path, [c.__name__ for c in int.__subclasses__()]"))
      .toEqual([3, 1000, false, false, ['bool']]);
    for (const source of ['int.x = 1', 'setattr(object, "x", 1)', 'del str.join', 'type.__setattr__(list, "append", None)', 'ValueError.x = 1']) {
      expect(first.run(source)).toMatchObject({ kind: 'raised', type: 'TypeError' });
    }
  });
});
