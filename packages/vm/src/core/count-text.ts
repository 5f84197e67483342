/** `takes at least 2 arguments (1 given)`: how PyArg_ParseTuple tells of too few or too many (CPython: Python/getargs.c, vgetargs1). */
export function takesText(min: number, max: number, given: number): string {
  const bound = given < min ? min : max;
  const words = min === max ? 'exactly' : given < min ? 'at least' : 'at most';
  return `takes ${words} ${bound} argument${bound === 1 ? '' : 's'} (${given} given)`;
}
