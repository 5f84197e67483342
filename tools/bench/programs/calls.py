# Every way to pass arguments.
def plain(a, b, c):
    return a + b - c


def defaults(a, b=2, c=3):
    return a * b + c


def keywords(a, *, b, c=1):
    return a + b * c


def star(*args, **kwargs):
    return len(args) + len(kwargs)


def work(n):
    total = 0
    extra = (1, 2)
    options = {"b": 5}
    for i in range(n):
        total += plain(i, 2, 3) + defaults(i) + defaults(i, c=4) + keywords(i, b=2)
        total += star(i, *extra, x=1) + keywords(i, **options)
    return total


print(work(150000))
