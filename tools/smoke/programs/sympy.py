# sympy: algebra.
from sympy import Eq, Matrix, Rational, cos, diff, exp, expand, factor, integrate, latex, limit, oo, pi, pretty, series, simplify, sin, solve, sqrt, symbols, sympify

x, y = symbols('x y')
print(expand((x + y) ** 3), factor(x**2 - 5 * x + 6), simplify(sin(x) ** 2 + cos(x) ** 2))
print(diff(sin(x) * exp(x), x), integrate(x * exp(x), x), integrate(exp(-x**2), (x, -oo, oo)), limit(sin(x) / x, x, 0))
print(solve(x**2 - 2, x), solve([Eq(x + y, 3), Eq(x - y, 1)], [x, y]), series(cos(x), x, 0, 6))
print(Matrix([[1, 2], [3, 4]]).inv(), Matrix([[2, 0], [0, 3]]).eigenvals(), Rational(1, 3) + Rational(1, 6))
print(latex(sqrt(x) / 2), sympify('2*x + 3*x'), pi.evalf(40), (2**x).subs(x, 10))
print(pretty(x**2 / (y + 1), use_unicode=True))
