# Integers beyond machine words.
def factorial(n):
    result = 1
    for i in range(2, n + 1):
        result *= i
    return result


def fibonacci(n):
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a


print(factorial(1500) % 1000000007, fibonacci(20000) % 1000000007, pow(3, 10**60, 10**40 + 7), len(str(7**1200)), (1 << 3000) % 998244353)
