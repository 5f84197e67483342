# Dicts with tuples as keys: a grid walked breadth first.
def walk(size):
    grid = {(x, y): (x * 7 + y * 13) % 11 for x in range(size) for y in range(size)}
    distance = {(0, 0): 0}
    front = [(0, 0)]
    while front:
        following = []
        for x, y in front:
            for step in ((x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)):
                if step in grid and step not in distance and grid[step] != 5:
                    distance[step] = distance[(x, y)] + 1
                    following.append(step)
        front = following
    return len(distance), max(distance.values())


print(*walk(180))
