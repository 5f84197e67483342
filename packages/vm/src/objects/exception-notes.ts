import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import { typeOf } from '../core/type.ts';
import { typeError } from '../core/errors.ts';
import { isStr, strFromJS } from '../core/text.ts';
import { getOwn, lookupAttr, setAttr } from '../protocol/attribute.ts';
import type { PyBaseException } from './exceptions.ts';
import { PyList } from './list.ts';
import { None } from './none.ts';

/** `exception.add_note(note)` */
export function addNoteValue(vm: VM, exception: PyBaseException, note: PyValue): PyValue {
  if (!isStr(note)) throw typeError(`note must be a str, not '${typeOf(note).tpName}'`);
  let notes = lookupAttr(vm, exception, '__notes__');
  if (notes === undefined) {
    notes = new PyList([]);
    setAttr(vm, exception, '__notes__', notes);
  }
  if (!(notes instanceof PyList)) throw typeError('Cannot add note: __notes__ is not a list');
  notes.items.push(note);
  return None;
}

/** The same with JavaScript text, for the VM's own notes. */
export function addNote(vm: VM, exception: PyBaseException, note: string): void {
  addNoteValue(vm, exception, strFromJS(note));
}

/** `__notes__` as the exception itself holds it, or undefined. */
export function ownNotes(exception: PyBaseException): PyValue | undefined {
  return getOwn(exception, '__notes__');
}
