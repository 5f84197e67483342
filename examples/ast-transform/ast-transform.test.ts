import { createPython } from '@py/python';
import { describe, expect, it } from 'vitest';
import { toFStrings } from './to-f-strings.ts';

describe('to f-strings', () => {
  it.each([
    ["x = '%s is %r' % (name, value)", "x = f'{name!s} is {value!r}'"],
    ["'100%% of %a' % (a + b,)", "f'100% of {a + b!a}'"],
    ["print('%s' % ('%s!' % (inner,),))", "print(f'{f'{inner!s}!'!s}')"],
    ["'a {brace} %s' % (x,)", "f'a {{brace}} {x!s}'"],
  ])('%s', (before, after) => {
    expect(toFStrings(before)).toBe(`${after}\n`);
  });

  it.each(["'%d apples' % (n,)", "'%s' % name", "'%(key)s' % {'key': 1}", "'%s %s' % (one,)", "'%s' % (*many,)", 'template % (a,)', '7 % (3)'])('leaves %s alone', (source) => {
    expect(toFStrings(source)).toBe(`${source.replace('(3)', '3')}\n`);
  });

  it('changes nothing that a program shows', () => {
    const source = "class P:\n    def __format__(self, spec): return 'formatted'\n    def __str__(self): return 'text'\nfor v in (1, 'é', None, P()):\n    print('%s|%r|%%' % (v, str(v)))\n";
    expect(printed(toFStrings(source))).toBe(printed(source));
    expect(printed(source)).toContain("text|'text'|%\n");
  });
});

function printed(source: string): string {
  let output = '';
  createPython({}, { stdout: (text) => (output += text) }).run(source);
  return output;
}
