# random, math and large ints.
import math
import random

rng = random.Random(3)
floats = [n / 1000 for n in range(5000)]
items = list(range(2000))


def randoms():
    random.seed(5)
    draw = random.random
    for _ in range(10_000):
        draw()
    return draw()


def each(function):
    def run():
        for x in floats:
            function(x)

    return run


def powers():
    total = 0.0
    for x in floats:
        total += x**1.5
    return total


def factorial():
    product = 1
    for n in range(2, 600):
        product *= n
    return product


def modular():
    x, m = 12345678901234567890, (1 << 89) - 1
    for _ in range(5000):
        x = x * x % m
    return x


def shuffled():
    copy = items[:]
    random.Random(5).shuffle(copy)
    return copy


cases = {
    "random.random": randoms,
    "random.randint": lambda: [rng.randint(1, 6) for _ in range(2000)] and None,
    "random.shuffle": shuffled,
    "random.choice": lambda: [rng.choice(items) for _ in range(2000)] and None,
    "math.exp": each(math.exp),
    "math.sin": each(math.sin),
    "math.sqrt": each(math.sqrt),
    "math.floor": each(math.floor),
    "float ** float": powers,
    "ints, factorial": factorial,
    "ints, x * x % m": modular,
}
