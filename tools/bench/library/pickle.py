# pickle and csv.
import csv
import io
import pickle


class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y


records = [{"id": i, "name": f"person {i}", "tags": ["a", "b", str(i)], "score": i * 1.5, "active": i % 2 == 0, "next": None} for i in range(2000)]
ints = list(range(20_000))
strs = [f"text {n}" for n in range(10_000)]
tuples = [(n, f"{n}", n / 2) for n in range(5000)]
points = [Point(n, n + 1) for n in range(3000)]
rows = [[f"name {i}", str(i), f"{i / 3:.2f}", 'say "hi"' if i % 10 == 0 else "plain"] for i in range(3000)]
table = io.StringIO()
csv.writer(table).writerows(rows)
table = table.getvalue()
pickled = {name: pickle.dumps(value) for name, value in (("records", records), ("ints", ints), ("strs", strs), ("tuples", tuples), ("points", points))}


def write():
    file = io.StringIO()
    csv.writer(file).writerows(rows)
    return file.getvalue()


cases = {
    "dumps, records": lambda: pickle.dumps(records),
    "dumps, ints": lambda: pickle.dumps(ints),
    "dumps, strs": lambda: pickle.dumps(strs),
    "dumps, tuples": lambda: pickle.dumps(tuples),
    "dumps, objects": lambda: pickle.dumps(points),
    "loads, records": lambda: pickle.loads(pickled["records"]),
    "loads, ints": lambda: pickle.loads(pickled["ints"]),
    "loads, strs": lambda: pickle.loads(pickled["strs"]),
    "loads, tuples": lambda: pickle.loads(pickled["tuples"]),
    "loads, objects": lambda: len(pickle.loads(pickled["points"])),
    "csv.reader": lambda: list(csv.reader(io.StringIO(table))),
    "csv.writer": write,
}
