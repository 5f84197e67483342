# PyYAML without its C library: documents of all kinds, errors with their marks, objects, events.
import yaml

documents = '''a: 1
b: [1, 2.5, ~, true, 2020-01-01, 'x', "\\u00e9"]
c: &x {k: v}
d: *x
e: |
  multi
  line
f: >-
  folded
  text
? complex
: 0x1F
---
- !!set {a, b}
- !!binary aGk=
- 2001-12-14t21:59:43.10-05:00
- 1_000
- .inf
- <<: {z: 1}
  y: 2
'''
for document in yaml.safe_load_all(documents):
    print(document)
    print(yaml.safe_dump(document, allow_unicode=True, sort_keys=False))
for bad in 'a: [1', 'a: b: c', '\t- x', '*nope', '!!python/object:os.system {}', 'a: "\\q"', '- a\nb: c':
    try:
        yaml.safe_load(bad)
    except yaml.YAMLError as error:
        print(error)


class Point(yaml.YAMLObject):
    yaml_tag = '!Point'

    def __init__(self, x):
        self.x = x


text = yaml.dump([Point(1), (1, 2), {3}, 'multi\nline', 'x ' * 60, {'nested': {'deep': [[], {}]}}])
print(text)
print(yaml.load(text, yaml.Loader)[0].x)
print([type(each).__name__ for each in yaml.parse('a: [1, b]')])
print([type(each).__name__ for each in yaml.scan('a: [1, b]')])
print(yaml.compose('a: [1, b]'))
