# attrs: classes made from declarations.
import attr
from attrs import Factory, asdict, define, evolve, field, frozen, validators


@define
class Point:
    x: int = 0
    y: int = field(default=0, converter=int)


@frozen(order=True)
class Version:
    major: int = field(validator=validators.instance_of(int))
    minor: int = 0
    tags: list = field(factory=list, eq=False, order=False)


p = Point(1, '2')
print(p, p == Point(1, 2), evolve(p, x=5), asdict(p))
print(sorted([Version(2), Version(1, 5), Version(1)]), hash(Version(1)) == hash(Version(1)))
for bad in (lambda: Version('one'), lambda: setattr(Version(1), 'major', 2), lambda: setattr(p, 'z', 1), lambda: Point(1, 2, 3)):
    try:
        bad()
    except Exception as error:
        print(type(error).__name__, str(error).split('\n')[0][:80])
print([a.name for a in attr.fields(Version)], attr.has(Point), Version.__slots__)


@attr.s(auto_attribs=True)
class Node:
    value: int
    children: list = Factory(list)

    @property
    def total(self):
        return self.value + sum(child.total for child in self.children)


print(Node(1, [Node(2), Node(3, [Node(4)])]).total, attr.make_class('Made', ['a', 'b'])(1, b=2))
