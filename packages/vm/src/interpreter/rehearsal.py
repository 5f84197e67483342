# What the VM runs when it is created, so that V8 has seen every case of the loop (see rehearsal.ts). An instruction is specialised
# at its second execution, so everything runs four times. `tick` makes the loop look up (vm.ticks) where it stands next.

def ints(big, low):
    for i in range(4):
        a = i + 1
        b = a - i
        c = a * 2 + big
        c = big - i
        c = i - big
        c = (a + 1) - (b + 1)
        c = big * i + low
        c = big * big * a
        c = a % 3 + a // 2 + (a << 2) + (a >> 1) + (a & 3) + (a | 4) + (a ^ 1)
        c = low % 3 + low // 3 + big % 7 + big // 7 + (big & 255) + (5 & big) + (low & big)
        c = (2 << 70) + (big | 1) + (big ^ 1) + (big >> 1) + (a << i * 20)
        c = 9007199254740991 // 2
        c = 9007199254740991 + i
        c += 1
        a, b = b, a
        a, b, c = b, c, a
        c = a / (i + 1)
        c = i % 2 == 0 or big
        c = i and not a

def joined(a, b):
    c = [a + b, a - b, a + 1, a - 1]
    if a < b: c = 1
    if a <= b: c = 1
    if a == b: c = 1
    if a != b: c = 1
    if a > b: c = 1
    if a >= b: c = 1
    if a < 2: c = 1
    if a <= 2: c = 1
    if a == 2: c = 1
    if a != 2: c = 1
    if a > 2: c = 1
    if a >= 2: c = 1

def compare(a, b, none):
    for i in range(4):
        c = i
        while a + i < b: break
        while a + i <= b: break
        while a + i == b: break
        while a + i != b: break
        while a + i > b: break
        if a + i >= b: c = 1
        x = a + i < b
        x = a + i <= b
        x = a + i == b
        x = a + i != b
        x = a + i > b
        x = a + i >= b
        x = x is True
        x = not x
        if none is None: c = 1
        if none is not None: c = 1
        if not x: c = 1
        if x: c = 1
        del c
        if b: c = 1
        for x in (a, 'a', none, (), True):
            if x: c = 1
            c = x or a
        c

def floats(x, y):
    for i in range(4):
        while x + y < y: break
        while x + y <= y: break
        while x + y == y: break
        while x + y != y: break
        while x + y > i: break
        while i >= y: break
        z = x + y < y
        z = x + y <= y
        z = x + y == y
        z = x + y != y
        z = x + y > i
        z = i >= y
        z = x + y
        z = x - y
        z = x * y
        z = x / y
        z = x / (i + 1)
        z = i / y
        z += i + x
        z -= i - x
        z *= i * x
        z = x + i
        z = x - i
        z = x * i
        z = [x + y, x - y, x * y, x + 0.5, 0.5 * x, x * y + x]
        z = [i + y, y + i]
        v = [x, y, 1]
        z = v[0] + v[1]
        z = v[0] + v[i & 2]
        z = v[0] * x
        z = v[i & 2] - x
        z = x * x - y * y
        z = x * x + (x + y)
        z = x * x + (x - y)
        z = x * x + (x * y)
        z = x * x * 0.5
        z = x * x * 2
        z = x * x / 0.5
        if x * x > 0.5: z = 1
        z = x * y - x
        del z

def strings(s):
    for i in range(4):
        s += 'b'
        t = s + '\uff21'
        if s == t: t = s
        x = s != t
        x = f'{s}{i}'
        x = len(s)
        x = s[i]
        for c in s:
            x = c

def containers(n):
    xs = [0.5]
    d = {'k': 0}
    for i in range(4):
        xs.append(i)
        t = (i, n)
        a, b = t
        q = [i, n, 0]
        a, b, c = q
        (a, b), c = t, i
        xs[i] = t[0]
        x = q[1]
        d['k'] = i
        x = d['k']
        x = len(xs) + len(d) + len(t) + len('ab')
        x = [x for x in t if x]
        for x in xs:
            tick
        for x in t:
            x
        for x in range(2):
            x
        for a, b in d.items():
            x
        while True:
            break

def items(q, k):
    for i in range(4):
        x = q[k]
        x = q[0]
        q[k] += 1

def natives():
    xs = [1]
    push = xs.append
    k = True
    for i in range(4):
        x = isinstance(i, int), abs(i), type(i), int('3'), pow(i, 1, 2), sum(xs, start=1)
        x = xs.pop(), xs.copy(), 'a'.upper(), xs.append(i), xs.insert(0, i), 'a'.replace('a', 'b', 1), 'a b'.split(sep=' ')
        x = [list(iter(tick, None)), tick(), xs.extend(iter(tick, None))]
        x = push(i), tick(), max(i, 1), isinstance(xs, object), isinstance(i, str)
        x = list(ticks())
        for x in iter(tick, 0):
            if k := not k:
                break
        for x in ticks():
            x
        try:
            xs = [next(iter(()), 0)]
            int('x')
        except ValueError:
            try:
                next(iter(()))
            except StopIteration:
                try:
                    [].pop()
                except IndexError as e:
                    continue

def ticks():
    yield tick()

class Point:
    kind = 1
    call = abs
    def __init__(self, a):
        self.a = a
        self.b = a
        self.c = a
        self.d = a
        self.e = abs
    def sum(self, x):
        return self.a + x + self.b + self.c + self.d
    def fill(self):
        self.a = self.b = self.c = self.d = self.e = abs
        return self.a(1) + self.e(1)
    def set(self, x, y=1):
        self.a = x
        self.e = y
    def __str__(self):
        return 'a'
    @property
    def half(self):
        return self.a
    @classmethod
    def make(cls):
        return cls(0)
    @staticmethod
    def static(x):
        return x

class Sub(Point):
    def __init__(self, x):
        super().__init__(x)
    def sum(self, x):
        return super().sum(x) + self.kind

class Deep(Sub):
    pass

class Returns(Point):
    def __init__(self, x):
        return None if x else None

class Slots:
    __slots__ = ('a', 'b')
    def __init__(self, a):
        self.a = a
        self.b = abs

class Plain:
    pass

class Items(list):
    def count(self):
        return 1

def objects():
    s = Slots(1)
    m = Items()
    items = Items()
    error = KeyError()
    for i in range(4):
        p = Point(i)
        q = [p, Sub(i), Returns(i), Items(())]
        x = p.a + p.b + p.c + p.d
        x = p.e
        x = q[0].a + q[0].b + q[0].c + q[0].d
        x = q[0].e, p.half
        Point.sum(p, p.sum(1))
        q[1].sum(1)
        x = p.set
        x(1, 2)
        p.set(1)
        x = p.fill()
        x = q[0].a(1), q[0].e(1)
        s.a = i
        x = s.a + s.b(1)
        x = m.count(), q[3].count()
        if i == 2: m.items = 1
        e = Plain()
        e.a = 1
        e.__dict__['b'] = abs
        e.a = 2
        x = e.a + e.b(1)
        given.b = items.b = error.b = abs
        for x in (e, given, items, error):
            x.b, x.b(1)
        x = Point.kind + Point.static(1)
        x = str(p), Point.make(), len({1})
        x = sys.maxsize, sys.intern('a')
    # One site for several classes: it looks for another form at every 53rd time that the old one does not fit.
    q = [Point(1), Sub(1), Deep(1), Plain()]
    for x in q:
        x.a = x.b = 1
    for i in range(300):
        x = q[i % 3]
        x.a = x.b
        x.sum(1)
        x = q[i % 2 * 3]
        x.a = x.b
        Sub.sum(q[i % 2 + 1], 1)
    return p, s, m, e, x

def given(a, b=2, c=3):
    return a + b + c

def none():
    pass

def deep(n):
    if n: deep(n - 1)

def closures():
    def inner(x):
        nonlocal total
        total += x
        return total + n
    total = n = 0
    local = given
    for i in range(4):
        x = given(i) + given(i, 1) + given(i, 1, 2) + local(i) + inner(i) + given(a=1, c=2)
        x = none()

def count(n):
    while n:
        yield n
        n -= 1

def delegate(n):
    x = yield from count(n)
    return x

def guarded(n):
    try:
        while n:
            yield n
            n -= 1
    finally:
        pass

def delegate_guarded(n):
    yield from guarded(n)

async def coroutine():
    return 1

async def awaits():
    for i in range(4):
        await coroutine()

def generators():
    for i in range(4):
        for x in count(2):
            x
        for x in delegate(2):
            x
        for x in guarded(2):
            x
        for x in delegate_guarded(2):
            x
        g = count(2)
        next(g)
        g.send(None)
    try:
        awaits().send(None)
    except StopIteration:
        pass

n = 0
for x in (ints, compare, floats):
    for m in (0, 2):
        x(3000000000, -7) if x is ints else x(0.5, 1.25) if x is floats else x(m, 3 if m else 3000000000, m or None)
compare(0.5, 1.5, n)
compare(1, 1.5, n)
strings('a')
containers(n)
items([1, 2], 1)
items({0: 1, 1: 2}, 1)
natives()
closures()
generators()
deep(300)
# V8 forgets what it saw when the last object of a kind is gone.
kept = objects(), [], (), {}, 0.5, iter([]), iter(()), iter(range(1)), {}.items(), iter({}), iter({}.items()), count(1), coroutine, Point(1).sum, count, given, ints.__code__, Plain(), Plain
# It also trusts that all objects of a kind have the same fields, until it sees the first with a number or another sort of content.
for x in kept:
    id(x)
Plain()
type(Point(1).sum)(abs, 1)

# Last, since V8 remembers nothing of the first steps.
n = 0
for m in range(8):
    n = n + m
    x = abs
    x = len([n])
    joined(m, 5)
joined(3000000000, 3)
joined(0.5, 1)
floats(2, 1)
floats(1e999 - 1e999, 1.5)

# Now V8 has seen all: when that stays so for a while, it begins to optimise, at the next entry of the loop.
for x in range(4):
    for m in range(300):
        n = m
    tick()
