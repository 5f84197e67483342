# A dict of strings: get, setdefault, sort by key.
words = "the quick brown fox jumps over the lazy dog while seven wizards mix very old potions in huge jars".split()
counts = {}
index = {}
x = 1
for i in range(300000):
    x = (x * 1103515245 + 12345) % 2147483648
    word = words[x % len(words)] + words[(x >> 8) % 5][:2]
    counts[word] = counts.get(word, 0) + 1
    if i % 3 == 0:
        index.setdefault(word, []).append(i)
best = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:5]
print(best, sum(map(len, index.values())))
