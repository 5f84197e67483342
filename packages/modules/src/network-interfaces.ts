import { exceptionTypes, intValue, isInt, isStr, jsText, native, newException, newTuple, PyBytes, PyList, strFromJS, typeError, typeOf } from '@py/vm/native';
import type { PyValue, VM } from '@py/vm/native';
import { fromHostError, osError } from './os-error.ts';
import { readSmallFile } from './posix/proc-files.ts';

/* Names and numbers of network interfaces, as Linux tells them in files; a host without these files has the loopback only. */

const folder = '/sys/class/net';

interface Interface {
  readonly index: number;
  readonly name: string;
}

function interfaces(vm: VM): readonly Interface[] {
  let names: readonly string[] = [];
  try {
    names = vm.host.files?.readdir(folder).map((entry) => entry.name) ?? [];
  } catch (error) {
    if (fromHostError(error) === error) throw error;
  }
  const found = names.flatMap((name) => {
    const index = Number(readSmallFile(vm, `${folder}/${name}/ifindex`) ?? NaN);
    return Number.isInteger(index) ? [{ index, name }] : [];
  });
  return found.length > 0 ? found.sort((one, other) => one.index - other.index) : [{ index: 1, name: 'lo' }];
}

function socket_if_nameindex(vm: VM): PyValue {
  return new PyList(interfaces(vm).map(({ index, name }) => newTuple([index, strFromJS(name)])));
}

function socket_if_nametoindex(vm: VM, value: PyValue): PyValue {
  if (!isStr(value) && !(value instanceof PyBytes)) throw typeError(`expected str, bytes or os.PathLike object, not ${typeOf(value).tpName}`);
  const name = isStr(value) ? jsText(value) : String.fromCharCode(...value.bytes);
  const found = interfaces(vm).find((item) => item.name === name);
  if (found === undefined) throw newException(exceptionTypes.OSError, strFromJS('no interface with this name'));
  return found.index;
}

function socket_if_indextoname(vm: VM, value: PyValue): PyValue {
  if (!isInt(value)) throw typeError('an integer is required');
  const index = intValue(value);
  const found = interfaces(vm).find((item) => item.index === index);
  if (found === undefined) throw osError('ENXIO');
  return strFromJS(found.name);
}

/** What `_socket` has of interfaces. */
export const interfaceFunctions = {
  if_nameindex: native('if_nameindex()', socket_if_nameindex, 'if_nameindex()\n\nReturns a list of network interface information (index, name) tuples.').unsigned(),
  if_nametoindex: native('if_nametoindex(if_name, /)', socket_if_nametoindex, 'if_nametoindex(if_name)\n\nReturns the interface index corresponding to the interface name if_name.').unsigned(),
  if_indextoname: native('if_indextoname(if_index, /)', socket_if_indextoname, 'if_indextoname(if_index)\n\nReturns the interface name corresponding to the interface index if_index.').unsigned(),
};
