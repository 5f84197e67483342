# Method calls, attributes, inheritance and super().
class Shape:
    def __init__(self, size):
        self.size = size
        self.moved = 0

    def area(self):
        return 0

    def move(self, by):
        self.moved += by
        return self


class Square(Shape):
    def area(self):
        return self.size * self.size


class Frame(Square):
    def __init__(self, size, hole):
        super().__init__(size)
        self.hole = hole

    def area(self):
        return super().area() - self.hole * self.hole


def work(n):
    shapes = [Square(3), Frame(5, 2), Shape(1), Frame(4, 1)]
    total = 0
    for i in range(n):
        shape = shapes[i & 3]
        total += shape.move(i & 7).area()
    return total + sum(shape.moved for shape in shapes)


print(work(500000))
