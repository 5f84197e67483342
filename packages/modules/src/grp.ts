import { PyList, PyStructSequence, asIndex, defineModule, defineStructSequence, isStr, jsText, keyError, native, strFromJS, strRepr, typeError, typeOf, valueError } from '@py/vm/native';
import type { NativeModule, PyType, PyValue, VM } from '@py/vm/native';
import { readTable } from './posix/tables.ts';

/* `grp` over the host's /etc/group (CPython 3.12: Modules/grpmodule.c). */

const structGroup: PyType = defineStructSequence(
  'grp', 'struct_group',
  ([['gr_name', 'group name'], ['gr_passwd', 'password'], ['gr_gid', 'group id'], ['gr_mem', 'group members']] as const).map(([name, doc]) => ({ name, doc })),
  { doc: 'grp.struct_group: Results from getgr*() routines.\n\nThis object may be accessed either as a tuple of\n  (gr_name,gr_passwd,gr_gid,gr_mem)\nor via the object attributes as named in the above tuple.\n' },
);

function entries(vm: VM): PyStructSequence[] {
  return readTable(vm, '/etc/group', 4).map(([name, password, gid, members]) => {
    const list = members === '' ? [] : members.split(',').map(strFromJS);
    return new PyStructSequence(structGroup, [strFromJS(name), strFromJS(password), Number(gid), new PyList(list)]);
  });
}

function grp_getgrgid(vm: VM, id: PyValue): PyValue {
  if (typeOf(id).nb_index === undefined) throw typeError(`gid should be integer, not ${typeOf(id).tpName}`);
  const number = asIndex(vm, id);
  const found = entries(vm).find((entry) => entry.items[2] === number);
  if (found === undefined) throw keyError(strFromJS(`getgrgid(): gid not found: ${number}`));
  return found;
}

function grp_getgrnam(vm: VM, name: PyValue): PyValue {
  if (!isStr(name)) throw typeError(`getgrnam() argument 'name' must be str, not ${typeOf(name).tpName}`);
  if (jsText(name).includes('\0')) throw valueError('embedded null byte');
  const found = entries(vm).find((entry) => jsText(entry.items[0]) === jsText(name));
  if (found === undefined) throw keyError(strFromJS(`getgrnam(): name not found: ${jsText(strRepr(name))}`));
  return found;
}

/** Python's module `grp`. CPython 3.12: Modules/grpmodule.c. */
export const grp: NativeModule = defineModule(
  'grp',
  {
    struct_group: structGroup,
    getgrgid: native('getgrgid(id)', grp_getgrgid, 'Return the group database entry for the given numeric group ID.\n\nIf id is not valid, raise KeyError.'),
    getgrnam: native('getgrnam(name)', grp_getgrnam, 'Return the group database entry for the given group name.\n\nIf name is not valid, raise KeyError.'),
    getgrall: native('getgrall()', (vm: VM) => new PyList(entries(vm)), 'Return a list of all available group entries, in arbitrary order.\n\nAn entry whose name starts with \'+\' or \'-\' represents an instruction\nto use YP/NIS and may not be accessible via getgrnam or getgrgid.'),
  },
  { doc: "Access to the Unix group database.\n\nGroup entries are reported as 4-tuples containing the following fields\nfrom the group database, in order:\n\n  name   - name of the group\n  passwd - group password (encrypted); often empty\n  gid    - numeric ID of the group\n  mem    - list of members\n\nThe gid is an integer, name and password are strings.  (Note that most\nusers are not explicitly listed as members of the groups they are in\naccording to the password database.  Check both databases to get\ncomplete membership information.)" },
);
