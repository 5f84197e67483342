# Raising, catching, finally, and lookups that fail.
class Special(Exception):
    def __init__(self, value):
        super().__init__(value)
        self.value = value


def risky(i):
    if i % 3 == 0:
        raise Special(i)
    if i % 5 == 0:
        raise KeyError(i)
    return i


def work(n):
    total = caught = done = 0
    table = {i: i for i in range(0, 1000, 2)}
    for i in range(n):
        try:
            try:
                total += risky(i)
            finally:
                done += 1
        except Special as error:
            caught += error.value & 1
        except KeyError:
            caught += 1
        try:
            total += table[i % 1000]
        except KeyError:
            total -= 1
    return total, caught, done


print(*work(150000))
