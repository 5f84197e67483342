# sorted and other natives that call back.
import functools
import heapq
import operator
import random

rng = random.Random(7)
ints = [rng.randrange(10**6) for _ in range(20_000)]
floats = [rng.random() for _ in range(20_000)]
strs = [f"{rng.randrange(10**6)} word" for _ in range(20_000)]
tuples = [(rng.randrange(100), rng.randrange(100), f"{i}") for i in range(10_000)]
records = [{"name": text, "age": rng.randrange(90)} for text in strs[:5000]]


class Ordered:
    def __init__(self, key):
        self.key = key

    def __lt__(self, other):
        return self.key < other.key


objects = [Ordered(n) for n in ints[:4000]]
codes = [text.encode() for text in strs]
large = [n * 10**15 for n in ints]
falling = sorted(ints, reverse=True)


def heap():
    items = []
    for n in ints[:5000]:
        heapq.heappush(items, n)
    return [heapq.heappop(items) for _ in range(len(items))]


cases = {
    "sorted, ints": lambda: sorted(ints),
    "sorted, floats": lambda: sorted(floats),
    "sorted, strs": lambda: sorted(strs),
    "sorted, tuples": lambda: sorted(tuples),
    "sorted, lists": lambda: sorted([a, b] for a, b, _ in tuples),
    "sorted, bytes": lambda: sorted(codes),
    "sorted, large ints": lambda: sorted(large),
    "sorted, falling": lambda: sorted(falling),
    "sorted, 1,000 short lists": lambda: [sorted(ints[i : i + 10]) for i in range(0, 10_000, 10)][-1],
    "sorted, key=lambda of pairs": lambda: sorted(tuples, key=lambda item: (item[1], -item[0])),
    "sorted, key=lambda": lambda: sorted(ints, key=lambda n: -n),
    "sorted, key=len": lambda: sorted(strs, key=len),
    "sorted, key=str.lower": lambda: sorted(strs, key=str.lower),
    "sorted, key=itemgetter": lambda: sorted(tuples, key=operator.itemgetter(1)),
    "sorted, key=lambda of dicts": lambda: sorted(records, key=lambda record: record["age"]),
    "sorted, key=attrgetter": lambda: sorted(objects, key=operator.attrgetter("key"))[0].key,
    "sorted, __lt__": lambda: sorted(objects)[0].key,
    "sorted, cmp_to_key": lambda: sorted(ints[:4000], key=functools.cmp_to_key(lambda a, b: a - b)),
    "map": lambda: list(map(lambda n: n + 1, ints)),
    "map, str": lambda: list(map(str, ints)),
    "filter": lambda: list(filter(lambda n: n & 1, ints)),
    "max, key": lambda: max(ints, key=lambda n: -n),
    "max, key=len": lambda: max(strs, key=len),
    "reduce": lambda: functools.reduce(lambda a, b: a + b, ints),
    "heapq": heap,
}
