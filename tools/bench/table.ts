// One row a measurement: both times and their ratio.

export interface Row {
  readonly name: string;
  /** Milliseconds; null where there is nothing to compare with. */
  readonly cpython: number | null;
  readonly ours: number;
  /** Anything worth saying beside it. */
  readonly note?: string;
}

const nameWidth = 28;

export function printRow({ name, cpython, ours, note }: Row): void {
  const ratio = cpython === null ? '' : `${(cpython / ours).toFixed(2)}x`;
  console.log(`${name.padEnd(nameWidth)}${milliseconds(cpython).padStart(12)}${milliseconds(ours).padStart(12)}${ratio.padStart(9)}  ${note ?? ''}`.trimEnd());
}

export function printHeader(title: string): void {
  console.log(`\n${title.padEnd(nameWidth)}${'CPython'.padStart(12)}${'ours'.padStart(12)}${'ratio'.padStart(9)}`);
}

/** The geometric mean of the ratios. */
export function printMean(rows: readonly Row[]): void {
  const ratios = rows.flatMap(({ cpython, ours }) => (cpython === null ? [] : [cpython / ours]));
  if (ratios.length < 2) return;
  const mean = Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
  console.log(`${'geometric mean'.padEnd(nameWidth + 24)}${`${mean.toFixed(2)}x`.padStart(9)}`);
}

function milliseconds(value: number | null): string {
  return value === null ? '' : `${value.toFixed(value < 10 ? 2 : 1)} ms`;
}
