# A pipeline of generators, and a recursive one.
def numbers(n):
    i = 0
    while i < n:
        yield i
        i += 1


def keep_odd(source):
    for item in source:
        if item % 2:
            yield item


def squares(source):
    for item in source:
        yield item * item


def tree(depth):
    if depth:
        yield from tree(depth - 1)
        yield depth
        yield from tree(depth - 1)


print(sum(squares(keep_odd(numbers(400000)))), sum(tree(15)))
