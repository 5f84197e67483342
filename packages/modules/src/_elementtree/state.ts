import { None } from '@py/vm/native';
import type { PyValue, VM } from '@py/vm/native';

/** What makes comments and processing instructions for tree builders that have nothing of their own; None for nothing. */
interface Factories {
  comment: PyValue;
  instruction: PyValue;
}

export const factories = (vm: VM): Factories => vm.state('_elementtree', () => ({ comment: None, instruction: None }));
