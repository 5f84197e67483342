# mpmath: floats of any precision.
from mpmath import findroot, gamma, mp, mpf, nsum, inf, quad, sin, sqrt, zeta, polyroots, mpc

mp.dps = 50
print(sqrt(mpf(2)), +mp.pi, mp.e)
print(quad(lambda x: sin(x), [0, mp.pi]), nsum(lambda n: 1 / n**2, [1, inf]), zeta(3))
print(findroot(lambda x: x**3 - 2, 1), gamma(mpf(1) / 3), polyroots([1, 0, -1]), mpc(1, 2) ** 2)
