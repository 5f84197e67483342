# Products beyond 2**53 that a mask brings back.
def lcg(n, x):
    for _ in range(n):
        x = (x * 1103515245 + 12345) & 0x7FFFFFFF
    return x


print(lcg(800000, 42))
