# Float arithmetic through small functions and generator expressions.
def a(i, j):
    return 1.0 / ((i + j) * (i + j + 1) // 2 + i + 1)


def times(v):
    n = len(v)
    return [sum(a(i, j) * v[j] for j in range(n)) for i in range(n)]


def times_transposed(v):
    n = len(v)
    return [sum(a(j, i) * v[j] for j in range(n)) for i in range(n)]


u = [1.0] * 100
for _ in range(8):
    v = times_transposed(times(u))
    u = times_transposed(times(v))
uv = sum(x * y for x, y in zip(u, v))
vv = sum(y * y for y in v)
print("%.9f" % (uv / vv) ** 0.5)
