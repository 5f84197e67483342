# Allocation: many small objects that die young.
class Node:
    __slots__ = ("left", "right")

    def __init__(self, left, right):
        self.left = left
        self.right = right


def build(depth):
    return Node(build(depth - 1), build(depth - 1)) if depth else Node(None, None)


def check(node):
    return 1 + check(node.left) + check(node.right) if node.left else 1


print(check(build(14)), sum(check(build(6)) for _ in range(400)))
