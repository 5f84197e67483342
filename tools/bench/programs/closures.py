# Cells, nonlocal, default arguments.
def counter(step):
    value = 0

    def add(times=1):
        nonlocal value
        value += step * times
        return value

    return add


def compose(f, g):
    return lambda x: f(g(x))


counters = [counter(i) for i in range(10)]
for i in range(60000):
    for c in counters:
        c()
chain = lambda x: x + 1
for _ in range(20):
    chain = compose(chain, lambda x: x ^ 3)
print(sum(c(0) for c in counters), sum(chain(i) for i in range(10000)))
