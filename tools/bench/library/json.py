# json: documents of what people send each other.
import json

records = [{"id": i, "name": f"person {i}", "tags": ["a", "b", str(i)], "score": i * 1.5, "active": i % 2 == 0, "next": None} for i in range(2000)]
text = json.dumps(records)
accented = json.dumps([f"é{i} “quoted” \n" for i in range(5000)])

cases = {
    "loads": lambda: json.loads(text),
    "loads, escapes": lambda: json.loads(accented),
    "dumps": lambda: json.dumps(records),
    "dumps, indent": lambda: json.dumps(records[:400], indent=2),
    "dumps, not ASCII": lambda: json.dumps([f"é{i} “quoted” \n" for i in range(5000)]),
}
