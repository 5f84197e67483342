export { setVariable, variable } from '@py/vm/native';
