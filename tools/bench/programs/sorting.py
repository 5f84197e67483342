# Sorting in Python (quicksort, heap) and by the built-in with keys.
def quicksort(items):
    if len(items) < 2:
        return items
    pivot = items[len(items) // 2]
    return quicksort([x for x in items if x < pivot]) + [x for x in items if x == pivot] + quicksort([x for x in items if x > pivot])


def heapsort(items):
    heap = items[:]
    n = len(heap)
    for start in range(n // 2 - 1, -1, -1):
        sink(heap, start, n)
    for end in range(n - 1, 0, -1):
        heap[0], heap[end] = heap[end], heap[0]
        sink(heap, 0, end)
    return heap


def sink(heap, i, n):
    while True:
        child = 2 * i + 1
        if child >= n:
            return
        if child + 1 < n and heap[child + 1] > heap[child]:
            child += 1
        if heap[i] >= heap[child]:
            return
        heap[i], heap[child] = heap[child], heap[i]
        i = child


data = [i * 7919 % 30011 for i in range(30000)]
a = quicksort(data)
b = heapsort(data)
c = sorted(data, key=lambda x: (x % 10, -x))
print(a == b == sorted(data), c[:3], c[-1], sum(a[::1000]))
