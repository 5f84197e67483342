import { opcodeTables } from '@py/code';
import { asIndex, defineModule, native, None, overflowError, valueError } from '@py/vm/native';
import type { NativeModule, PyValue, VM } from '@py/vm/native';

/* `_opcode` (CPython 3.12: Modules/_opcode.c). */

/** First instruction that has an argument, and the pseudo instructions that have none. */
const haveArgument = 90, firstBare = 256, lastBare = 259;

function stack_effect(vm: VM, opcode: PyValue, oparg: PyValue | undefined, jump: PyValue | undefined): PyValue {
  const code = asIndex(vm, opcode);
  if (typeof code === 'bigint' || Math.abs(code) > 0x7fff_ffff) throw overflowError('Python int too large to convert to C int');
  const given = oparg !== undefined && oparg !== None;
  let argument = 0;
  if (code >= haveArgument && (code < firstBare || code > lastBare)) {
    if (!given) throw valueError('stack_effect: opcode requires oparg but oparg was not specified');
    const value = BigInt(asIndex(vm, oparg));
    if (BigInt.asIntN(64, value) !== value) throw overflowError('Python int too large to convert to C long');
    argument = Number(BigInt.asIntN(32, value));
  } else if (given) throw valueError('stack_effect: opcode does not permit oparg but oparg was specified');
  if (jump !== undefined && jump !== None && typeof jump !== 'boolean') throw valueError('stack_effect: jump must be False, True or None');
  const effect = opcodeTables['3.12'].stackEffect(code, argument, typeof jump === 'boolean' ? jump : undefined);
  if (Number.isNaN(effect)) throw valueError('invalid opcode or oparg');
  return effect;
}

/** Python's module `_opcode`. CPython 3.12: Modules/_opcode.c. */
export const _opcode: NativeModule = defineModule(
  '_opcode',
  {
    stack_effect: native('stack_effect(opcode, oparg=None, /, *, jump=None)', stack_effect, 'Compute the stack effect of the opcode.'),
    get_specialization_stats: native('get_specialization_stats()', () => None, 'Return the specialization stats'),
  },
  { doc: 'Opcode support module.' },
);
