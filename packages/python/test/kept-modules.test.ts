// Modules that are imported before a Python is kept: whoever imports them later sees what an import would have made.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import type { Host } from '@py/code';
import { openLibrary } from '@py/stdlib';
import { createMemoryFiles, createPython, defaultFlags, keepPython, keptModules, type Python, type PythonConfig } from '../src/index.ts';

const bytes = readFileSync(createRequire(import.meta.url).resolve('@py/stdlib/library.bin'));
const library = openLibrary((offset, length) => bytes.subarray(offset, offset + length));

function host(files: Record<string, string> = {}): Host {
  return { platform: 'linux', files: createMemoryFiles({ '/home/empty.py': '', ...files }), random: (into) => into.fill(7), clock: { time: () => 12_000_000_000n, monotonic: () => 5n } };
}

const options = (changes: Partial<PythonConfig>): { library: typeof library; config: Partial<PythonConfig> } => ({ library, config: { flags: defaultFlags, argv: [''], hashSeed: 3, pythonPath: ['/home'], ...changes } });

/** One that has `imported` in advance, and another host now. */
function resumed(imported: readonly string[], files: Record<string, string> = {}, changes: Partial<PythonConfig> = {}): Python {
  const python = keepPython(host(), { library, imported, config: { hashSeed: 3 } }).resume(host(files), options(changes));
  if (python === null) throw new Error('not resumed');
  return python;
}

/** All that can be seen in all modules, without addresses, as JSON. */
const everything = `
import sys
NAMES = set(vars())
def everything():
    import json, re
    own = {'__builtins__', 'environ', 'path_importer_cache', '_module_locks', '_cache', '_cache2', '_value2member_map_', 'modules'}
    def show(value, depth=0):
        kind = type(value)
        if isinstance(value, type): return f'class {value.__module__}.{value.__qualname__} {[base.__name__ for base in value.__mro__]}'
        if kind.__name__ in ('function', 'builtin_function_or_method', 'module'): return f'{kind.__name__} {getattr(value, "__module__", "")} {value.__name__} {len(getattr(value, "__defaults__", None) or ())}'
        if depth > 2: return kind.__name__
        if kind in (list, tuple): return [kind.__name__, *(show(item, depth + 1) for item in value)]
        if kind is dict: return [(show(key, depth + 1), show(item, depth + 1)) for key, item in value.items()]
        if kind in (set, frozenset): return [kind.__name__, *sorted(map(repr, value))]
        return re.sub('0x[0-9a-f]+', '', repr(value))
    def namespace(owner): return {name: show(value) for name, value in vars(owner).items() if name not in own}
    found = {}
    for name, module in list(sys.modules.items()):
        if name == '__main__': continue
        found[name] = namespace(module)
        for value in list(vars(module).values()):
            if isinstance(value, type) and value.__module__ == name: found[f'{name}.{value.__qualname__}'] = [namespace(value), sorted(base.__name__ for base in type.__subclasses__(value))]
    return json.dumps(found)
`;

const imports = `import ${keptModules.join(', ')}`;

function done(python: Python, source: string): Python {
  expect(python.run(source)).toEqual({ kind: 'done' });
  return python;
}

describe('modules imported in advance', () => {
  it('are not there before they are imported', () => {
    const [fresh, kept] = [createPython(host(), options({})), resumed(keptModules)];
    expect(kept.eval('sorted(__import__("sys").modules)')).toEqual(fresh.eval('sorted(__import__("sys").modules)'));
    const classes = '[sorted(c.__name__ for c in base.__subclasses__() if c.__flags__ & 512) for base in (object, Exception, int, str, tuple, ValueError)]';
    expect(kept.eval(classes)).toEqual(fresh.eval(classes));
    expect(kept.eval('hasattr(__import__("importlib"), "machinery"), hasattr(__import__("collections"), "abc"), hasattr(__import__("re"), "_parser")')).toEqual([false, false, true]);
  });

  it('are what an import would make', () => {
    const [fresh, kept] = [createPython(host(), options({})), resumed(keptModules)].map((python) => JSON.parse(done(python, `${imports}\n${everything}`).eval('everything()') as string) as Record<string, unknown>);
    expect(Object.keys(fresh).length).toBeGreaterThan(500);
    expect(Object.keys(kept).sort()).toEqual(Object.keys(fresh).sort());
    for (const [name, value] of Object.entries(kept)) expect([name, value]).toEqual([name, fresh[name]]);
  });

  it('work', () => {
    const source = `${imports}
@dataclasses.dataclass
class Point:
    x: int
    y: list = dataclasses.field(default_factory=list)
async def twice(n):
    await asyncio.sleep(0)
    return 2 * n
class Case(unittest.TestCase):
    def test(self): self.assertEqual(re.findall(r'(\\w)(\\d+)', 'a1 b22'), [('a', '1'), ('b', '22')])
result = unittest.TestResult()
unittest.defaultTestLoader.loadTestsFromTestCase(Case).run(result)
found = [repr(Point(1)), json.dumps(dataclasses.asdict(Point(1, [2]))), asyncio.run(twice(4)), result.testsRun, result.wasSuccessful()]`;
    expect(done(resumed(keptModules), source).eval('found')).toEqual(['Point(x=1, y=[])', '{"x": 1, "y": [2]}', 8, 1, true]);
  });

  it('give way to a module of the same name that is found first', () => {
    const python = done(resumed(['json'], { '/home/enum.py': `${Buffer.from(library.read('enum.py')).toString()}\nmine = True\n` }), 'import json, enum, re');
    expect(python.eval('enum.mine, re.enum is enum, issubclass(re.RegexFlag, enum.Flag), re.RegexFlag.I.name, json.decoder.re is re')).toEqual([true, true, true, 'IGNORECASE', true]);
  });

  it('give way where one of their modules is not to be had', () => {
    const python = done(resumed(['json']), 'import sys; sys.modules["_json"] = None\nimport json, json.encoder');
    expect(python.eval('json.encoder.c_make_encoder, json.dumps([1, "é"])')).toEqual([null, '[1, "\\u00e9"]']);
  });

  it('are made anew when they are imported again', () => {
    const python = done(resumed(['json']), 'import json, sys\nfirst = json\ndel sys.modules["json"]\nimport json');
    expect(python.eval('first is json, first.loads is json.loads, first.JSONDecoder is json.JSONDecoder, json.loads("[1]")')).toEqual([false, false, true, [1]]);
  });

  it('run under the eyes of who traces, or hears events', () => {
    const traced = done(resumed(['json']), 'import sys\nlines = set()\nsys.settrace(lambda frame, event, arg: lines.add(frame.f_code.co_filename.rpartition("/")[2]))\nimport json\nsys.settrace(None)');
    expect(traced.eval('sorted(lines & {"scanner.py", "encoder.py", "enum.py"})')).toEqual(['encoder.py', 'enum.py', 'scanner.py']);
    const heard = done(resumed(['json']), 'import sys\nran = []\nsys.addaudithook(lambda event, args: event == "exec" and ran.append(args[0].co_filename.rpartition("/")[2]))\nimport json');
    expect(heard.eval('"scanner.py" in ran')).toBe(true);
  });

  it('find out again what belongs to the process', () => {
    const python = done(resumed(keptModules), 'import logging, atexit, threading, signal');
    expect(python.eval('logging._startTime, atexit._ncallbacks(), threading.main_thread() is threading.current_thread(), signal.getsignal(2) is signal.default_int_handler')).toEqual([12, 1, true, true]);
  });
});
