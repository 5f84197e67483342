/* Gamma function: Lanczos' approximation as CPython evaluates it (Modules/mathmodule.c, m_tgamma and m_lgamma). */
import { cos, sin } from './circular.ts';
import { exp, log, pow } from './elementary.ts';

const lanczosG = 6.024680040776729583740234375;
const lanczosGMinusHalf = 5.524680040776729583740234375;
const logPi = 1.144729885849400174143427351353058711647;
const numerators = [
  23531376880.410759688572, 42919803642.649098768958, 35711959237.355668049440, 17921034426.037209699920, 6039542586.3520280050643, 1439720407.3117216736632, 248874557.86205415651147, 31426415.585400194380614, 2876370.6289353724412254, 186056.26539522349504029,
  8071.6720023658162106380, 210.82427775157934587251, 2.5066282746310002701649,
];
const denominators = [0, 39916800, 120543840, 150917976, 105258076, 45995730, 13339535, 2637558, 357423, 32670, 1925, 66, 1];

function lanczosSum(x: number): number {
  let above = 0;
  let below = 0;
  // From the end whose terms are small.
  if (x < 5) {
    for (let i = numerators.length - 1; i >= 0; i--) {
      above = above * x + numerators[i];
      below = below * x + denominators[i];
    }
  } else {
    for (let i = 0; i < numerators.length; i++) {
      above = above / x + numerators[i];
      below = below / x + denominators[i];
    }
  }
  return above / below;
}

/** sin(pi * x) */
function sinPi(x: number): number {
  const y = Math.abs(x) % 2;
  const sign = x < 0 ? -1 : 1;
  switch (Math.round(2 * y)) {
    case 0:
      return sign * sin(Math.PI * y);
    case 1:
      return sign * cos(Math.PI * (y - 0.5));
    case 2:
      return sign * sin(Math.PI * (1 - y));
    case 3:
      return sign * -cos(Math.PI * (y - 1.5));
    default:
      return sign * sin(Math.PI * (y - 2));
  }
}

/** Gamma function; NaN at negative integers, infinite at zero. */
export function gamma(x: number): number {
  if (Number.isNaN(x) || x === Infinity) return x;
  if (x === -Infinity) return NaN;
  if (Number.isInteger(x)) {
    if (x === 0) return 1 / x;
    if (x < 0) return NaN;
    if (x <= 23) {
      let result = 1;
      for (let i = 2; i < x; i++) result *= i;
      return result;
    }
  }
  const magnitude = Math.abs(x);
  if (magnitude < 1e-20) return 1 / x;
  if (magnitude > 200) return x < 0 ? 0 / sinPi(x) : Infinity;
  const y = magnitude + lanczosGMinusHalf;
  // What the addition has lost.
  const lost = magnitude > lanczosGMinusHalf ? y - magnitude - lanczosGMinusHalf : y - lanczosGMinusHalf - magnitude;
  const correction = (lost * lanczosG) / y;
  if (x < 0) {
    let result = (((-Math.PI / sinPi(magnitude) / magnitude) * exp(y)) / lanczosSum(magnitude));
    result -= correction * result;
    if (magnitude < 140) return result / pow(y, magnitude - 0.5);
    const half = pow(y, magnitude / 2 - 0.25);
    return result / half / half;
  }
  let result = lanczosSum(magnitude) / exp(y);
  result += correction * result;
  if (magnitude < 140) return result * pow(y, magnitude - 0.5);
  const half = pow(y, magnitude / 2 - 0.25);
  return result * half * half;
}

/** Logarithm of |gamma(x)|. */
export function lgamma(x: number): number {
  if (Number.isNaN(x)) return x;
  if (!Number.isFinite(x)) return Infinity;
  if (Number.isInteger(x) && x <= 2) return x <= 0 ? Infinity : 0;
  const magnitude = Math.abs(x);
  if (magnitude < 1e-20) return -log(magnitude);
  let result = log(lanczosSum(magnitude)) - lanczosG;
  result += (magnitude - 0.5) * (log(magnitude + lanczosG - 0.5) - 1);
  if (x < 0) result = logPi - log(Math.abs(sinPi(magnitude))) - log(magnitude) - result;
  return result;
}
