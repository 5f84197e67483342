# Building, splitting, formatting and searching text.
lines = []
for i in range(60000):
    lines.append(f"{i:06d}:{i * 7919 % 10007:>6}|{'even' if i % 2 == 0 else 'odd'}")
text = "\n".join(lines)
total = 0
for line in text.split("\n"):
    number, _, rest = line.partition(":")
    value, kind = rest.strip().split("|")
    if kind.startswith("e") and "7" in value:
        total += int(number) + len(value.upper().replace("7", "xx"))
print(total, len(text), text.count("odd"))
