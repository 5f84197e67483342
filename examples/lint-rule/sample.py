from __future__ import annotations
import os, sys
import collections.abc
from math import sin as sine, cos

print(sys.argv)


def area(shape):
    import json
    return cos(shape.angle) * shape.size


class Report:
    def path(self):
        return os.path.join(self.folder, "report")
