# List slices, reversal and swaps.
def fannkuch(n):
    permutation = list(range(n))
    count = [0] * n
    most = checksum = sign = 0
    r = n
    while True:
        while r != 1:
            count[r - 1] = r
            r -= 1
        flips = 0
        p = permutation[:]
        k = p[0]
        while k:
            p[:k + 1] = p[k::-1]
            flips += 1
            k = p[0]
        most = max(most, flips)
        checksum += flips if sign % 2 == 0 else -flips
        sign += 1
        while True:
            if r == n:
                return checksum, most
            permutation.insert(r, permutation.pop(0))
            count[r] -= 1
            if count[r] > 0:
                break
            r += 1


print(*fannkuch(8))
