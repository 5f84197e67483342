// Results of the complex functions where an argument is not finite (C99, annex G), as CPython has them.
//
// A row for each real part and in it a place for each imaginary part, both in the order -inf, negative, -0.0, 0.0, positive, inf, nan. A place holds the real
// and the imaginary part of the result: a sign and i (infinity), 0, 1, p (π), h (π/2), q (π/4) or t (3π/4); n is a NaN, E a domain error, `.` is for finite
// arguments, which are computed. Where the sign depends on the angle (infinite real part, finite imaginary part) cmath/index.ts computes too.

/** Function → its table. */
export const specialResults = {
  acos: '+t+i +p+i +p+i +p-i +p-i +t-i n+i|+h+i . . . . +h-i n|+h+i . . . . +h-i +hn|+h+i . . . . +h-i +hn|+h+i . . . . +h-i n|+q+i +0+i +0+i +0-i +0-i +q-i n+i|n+i n n n n n-i n',
  acosh: '+i-t +i-p +i-p +i+p +i+p +i+t +in|+i-h . . . . +i+h n|+i-h . . . . +i+h n|+i-h . . . . +i+h n|+i-h . . . . +i+h n|+i-q +i-0 +i-0 +i+0 +i+0 +i+q +in|+in n n n n +in n',
  asinh: '-i-q -i-0 -i-0 -i+0 -i+0 -i+q -in|-i-h . . . . -i+h n|-i-h . . . . -i+h n|+i-h . . . . +i+h n|+i-h . . . . +i+h n|+i-q +i-0 +i-0 +i+0 +i+0 +i+q +in|+in n n-0 n+0 n +in n',
  atanh: '-0-h -0-h -0-h -0+h -0+h -0+h -0n|-0-h . . . . -0+h n|-0-h . . . . -0+h -0n|+0-h . . . . +0+h +0n|+0-h . . . . +0+h n|+0-h +0-h +0-h +0+h +0+h +0+h +0n|+0-h n n n n +0+h n',
  cosh: 'E -i+i +i+0 +i-0 -i-i E +in|E . . . . E n|E . . . . E n+0|E . . . . E n+0|E . . . . E n|E -i-i +i-0 +i+0 -i+i E +in|n n n+0 n+0 n n n',
  exp: '+0+0 -0-0 +0-0 +0+0 -0+0 +0+0 +0+0|E . . . . E n|E . . . . E n|E . . . . E n|E . . . . E n|E -i-i +i-0 +i+0 -i+i E +in|n n n-0 n+0 n n n',
  log: '+i-t +i-p +i-p +i+p +i+p +i+t +in|+i-h . . . . +i+h n|+i-h . . . . +i+h n|+i-h . . . . +i+h n|+i-h . . . . +i+h n|+i-q +i-0 +i-0 +i+0 +i+0 +i+q +in|+in n n n n +in n',
  sinh: 'E +i-i -i-0 -i+0 +i+i E +in|E . . . . E n|E . . . . E +0n|E . . . . E +0n|E . . . . E n|E -i-i +i-0 +i+0 -i+i E +in|n n n-0 n+0 n n n',
  sqrt: '+i-i +0-i +0-i +0+i +0+i +i+i n+i|+i-i . . . . +i+i n|+i-i . . . . +i+i n|+i-i . . . . +i+i n|+i-i . . . . +i+i n|+i-i +i-0 +i-0 +i+0 +i+0 +i+i +in|+i-i n n n n +i+i n',
  tanh: '-1+0 -1+0 -1-0 -1+0 -1-0 -1+0 -1+0|E . . . . E n|E . . . . E n|E . . . . E n|E . . . . E n|+1+0 +1+0 +1-0 +1+0 +1-0 +1+0 +1+0|n n n-0 n+0 n n n',
  rect: 'E +i+i -i+0 -i-0 +i-i E +in|E . . . . E n|+0+0 . . . . +0+0 +0+0|+0+0 . . . . +0+0 +0+0|E . . . . E n|E -i-i +i-0 +i+0 -i+i E +in|n n n+0 n+0 n n n',
} as const;
