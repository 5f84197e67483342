# List, dict and set comprehensions, with conditions and nesting.
total = 0
for k in range(60):
    squares = [x * x for x in range(1000) if x % 3]
    table = {x: x % 17 for x in squares}
    kinds = {v for v in table.values() if v > 3}
    pairs = [(a, b) for a in range(30) for b in range(30) if a ^ b == k]
    total += len(squares) + len(kinds) + len(pairs) + sum(table.values())
print(total)
