import type { PyValue } from '../core/value.ts';
import type { PyType } from '../core/type.ts';
import { ellipsisType, noneType, notImplementedType, objectType } from '../core/type.ts';
import { fillType } from '../core/define-type.ts';
import { native } from '../core/native.ts';
import type { VM } from '../core/vm.ts';
import { typeError } from '../core/errors.ts';
import { Ellipsis, None, NotImplemented } from './none.ts';

/** A type with one instance: calling it gives that instance. */
function singleton(type: PyType, name: string, value: PyValue, doc: string | undefined, slots: Parameters<typeof fillType>[1]['slots'] = {}): void {
  fillType(type, {
    untracked: true,
    doc,
    slots: {
      tp_repr: () => name,
      tp_new(_vm, _type, args) {
        if (args.length > 0) throw typeError(`${type === ellipsisType ? 'EllipsisType' : type.name} takes no arguments`);
        return value;
      },
      ...slots,
    },
    methods: value === None ? [] : [native('__reduce__(self, /)', () => name).unsigned()],
  });
}

singleton(noneType, 'None', None, undefined, { nb_bool: () => false, tp_hash: () => 0xfca86420, tp_richcompare: (vm, left, right, op) => (objectType.tp_richcompare as NonNullable<PyType['tp_richcompare']>)(vm, left, right, op) });
singleton(ellipsisType, 'Ellipsis', Ellipsis, undefined);
singleton(notImplementedType, 'NotImplemented', NotImplemented, undefined, {
  nb_bool(vm: VM) {
    vm.warn('DeprecationWarning', 'NotImplemented should not be used in a boolean context', 1);
    return true;
  },
});
