# Nested lists of integers, three loops.
def matrix(n, seed):
    return [[(i * seed + j * 7) % 13 - 6 for j in range(n)] for i in range(n)]


def multiply(a, b):
    n = len(a)
    result = [[0] * n for _ in range(n)]
    for i in range(n):
        row = a[i]
        out = result[i]
        for k in range(n):
            x = row[k]
            other = b[k]
            for j in range(n):
                out[j] += x * other[j]
    return result


m = multiply(matrix(110, 3), matrix(110, 5))
print(sum(map(sum, m)), m[17][42])
