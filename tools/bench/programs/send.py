# Generators that receive: a running average and a small scheduler.
def average():
    total = count = 0
    result = None
    while True:
        total += yield result
        count += 1
        result = total // count


def task(n, inbox):
    for i in range(n):
        inbox.append(i)
        yield


avg = average()
next(avg)
last = 0
for i in range(300000):
    last = avg.send(i)
inbox = []
tasks = [task(20000, inbox) for _ in range(5)]
while tasks:
    for t in tasks[:]:
        try:
            t.send(None)
        except StopIteration:
            tasks.remove(t)
print(last, len(inbox), sum(inbox))
