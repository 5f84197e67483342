/* erf and erfc: fdlibm's four rational approximations, summed as in glibc. */
import { exp } from './elementary.ts';
import { highWord, inPairs, upperHalf } from './float-bits.ts';

/** What erf(1) is near, in 24 bits. */
const NEAR_ERF_1 = 8.45062911510467529297e-1;
/** 2 / sqrt(pi) - 1 */
const SLOPE = 1.28379167095512586316e-1;

interface Quotient {
  readonly above: readonly number[];
  readonly below: readonly number[];
}

/** Up to 0.84375, of x²: erf(x) / x - 1. */
const nearZero: Quotient = {
  above: [1.28379167095512558561e-1, -3.25042107247001499370e-1, -2.84817495755985104766e-2, -5.77027029648944159157e-3, -2.37630166566501626084e-5],
  below: [1, 3.97917223959155352819e-1, 6.50222499887672944485e-2, 5.08130628187576562776e-3, 1.32494738004321644526e-4, -3.96022827877536812320e-6],
};
/** Up to 1.25, of |x| - 1. */
const nearOne: Quotient = {
  above: [-2.36211856075265944077e-3, 4.14856118683748331666e-1, -3.72207876035701323847e-1, 3.18346619901161753674e-1, -1.10894694282396677476e-1, 3.54783043256182359371e-2, -2.16637559486879084300e-3],
  below: [1, 1.06420880400844228286e-1, 5.40397917702171048937e-1, 7.18286544141962662868e-2, 1.26171219808761642112e-1, 1.36370839120290507362e-2, 1.19844998467991074170e-2],
};
/** Up to 1 / 0.35 and to 28, of 1 / x²: ln(x erfc(x)) + x² + 0.5625. */
const middle: Quotient = {
  above: [
    -9.86494403484714822705e-3, -6.93858572707181764372e-1, -1.05586262253232909814e+1, -6.23753324503260060396e+1, -1.62396669462573470355e+2, -1.84605092906711035994e+2, -8.12874355063065934246e+1,
    -9.81432934416914548592,
  ],
  below: [
    1, 1.96512716674392571292e+1, 1.37657754143519042600e+2, 4.34565877475229228821e+2, 6.45387271733267880336e+2, 4.29008140027567833386e+2, 1.08635005541779435134e+2, 6.57024977031928170135,
    -6.04244152148580987438e-2,
  ],
};
const far: Quotient = {
  above: [-9.86494292470009928597e-3, -7.99283237680523006574e-1, -1.77579549177547519889e+1, -1.60636384855821916062e+2, -6.37566443368389627722e+2, -1.02509513161107724954e+3, -4.83519191608651397019e+2],
  below: [1, 3.03380607434824582924e+1, 3.25792512996573918826e+2, 1.53672958608443695994e+3, 3.19985821950859553908e+3, 2.55305040643316442583e+3, 4.74528541206955367215e+2, -2.24409524465858183362e+1],
};

const quotient = (z: number, { above, below }: Quotient): number => inPairs(z, above) / inPairs(z, below);

/** erfc(x) for x from 1.25 to 28; from the high word `limit` on by the second quotient. */
function tail(x: number, limit: number): number {
  const inverse = 1 / (x * x);
  const rest = quotient(inverse, highWord(x) < limit ? middle : far);
  const short = upperHalf(x);
  return (exp(-short * short - 0.5625) * exp((short - x) * (short + x) + rest)) / x;
}

/** Error function. */
export function erf(x: number): number {
  if (Number.isNaN(x)) return x;
  const magnitude = Math.abs(x);
  if (magnitude < 2 ** -28) return magnitude < 2 ** -1015 ? 0.0625 * (16 * x + 16 * SLOPE * x) : x + SLOPE * x;
  if (magnitude < 0.84375) return x + x * quotient(x * x, nearZero);
  let result: number;
  if (magnitude < 1.25) result = NEAR_ERF_1 + quotient(magnitude - 1, nearOne);
  else result = magnitude >= 6 ? 1 : 1 - tail(magnitude, 0x4006db6e);
  return x < 0 ? -result : result;
}

/** 1 - erf(x), accurate where that is tiny. */
export function erfc(x: number): number {
  if (Number.isNaN(x)) return x;
  const magnitude = Math.abs(x);
  if (magnitude < 2 ** -56) return 1 - x;
  if (magnitude < 0.84375) {
    const y = quotient(x * x, nearZero);
    return x < 0.25 ? 1 - (x + x * y) : 0.5 - (x * y + (x - 0.5));
  }
  if (magnitude < 1.25) {
    const y = quotient(magnitude - 1, nearOne);
    return x > 0 ? 1 - NEAR_ERF_1 - y : 1 + (NEAR_ERF_1 + y);
  }
  if (x > 0) return x < 28 ? tail(x, 0x4006db6d) : 0;
  return x > -6 ? 2 - tail(magnitude, 0x4006db6d) : 2;
}
