import { PyList, PyStructSequence, asIndex, defineModule, defineStructSequence, isStr, jsText, keyError, native, strFromJS, strRepr, typeError, typeOf, valueError } from '@py/vm/native';
import type { NativeModule, PyType, PyValue, VM } from '@py/vm/native';
import { readTable } from './posix/tables.ts';

/* `pwd` over the host's /etc/passwd (CPython 3.12: Modules/pwdmodule.c). */

const structPasswd: PyType = defineStructSequence(
  'pwd', 'struct_passwd',
  ([['pw_name', 'user name'], ['pw_passwd', 'password'], ['pw_uid', 'user id'], ['pw_gid', 'group id'], ['pw_gecos', 'real name'], ['pw_dir', 'home directory'], ['pw_shell', 'shell program']] as const).map(([name, doc]) => ({ name, doc })),
  { doc: 'pwd.struct_passwd: Results from getpw*() routines.\n\nThis object may be accessed either as a tuple of\n  (pw_name,pw_passwd,pw_uid,pw_gid,pw_gecos,pw_dir,pw_shell)\nor via the object attributes as named in the above tuple.' },
);

function entries(vm: VM): PyStructSequence[] {
  return readTable(vm, '/etc/passwd', 7).map((fields) => new PyStructSequence(structPasswd, fields.map((field, i) => (i === 2 || i === 3 ? Number(field) : strFromJS(field)))));
}

function pwd_getpwuid(vm: VM, uid: PyValue): PyValue {
  if (typeOf(uid).nb_index === undefined) throw typeError(`uid should be integer, not ${typeOf(uid).tpName}`);
  const number = asIndex(vm, uid);
  const found = entries(vm).find((entry) => entry.items[2] === number);
  if (found === undefined) throw keyError(strFromJS(`getpwuid(): uid not found: ${number}`));
  return found;
}

function pwd_getpwnam(vm: VM, name: PyValue): PyValue {
  if (!isStr(name)) throw typeError(`getpwnam() argument must be str, not ${typeOf(name).tpName}`);
  if (jsText(name).includes('\0')) throw valueError('embedded null byte');
  const found = entries(vm).find((entry) => jsText(entry.items[0]) === jsText(name));
  if (found === undefined) throw keyError(strFromJS(`getpwnam(): name not found: ${jsText(strRepr(name))}`));
  return found;
}

/** Python's module `pwd`. CPython 3.12: Modules/pwdmodule.c. */
export const pwd: NativeModule = defineModule(
  'pwd',
  {
    struct_passwd: structPasswd,
    getpwuid: native('getpwuid(uidobj, /)', pwd_getpwuid, 'Return the password database entry for the given numeric user ID.\n\nSee `help(pwd)` for more on password database entries.'),
    getpwnam: native('getpwnam(name, /)', pwd_getpwnam, 'Return the password database entry for the given user name.\n\nSee `help(pwd)` for more on password database entries.'),
    getpwall: native('getpwall()', (vm: VM) => new PyList(entries(vm)), 'Return a list of all available password database entries, in arbitrary order.\n\nSee help(pwd) for more on password database entries.'),
  },
  { doc: 'This module provides access to the Unix password database.\nIt is available on all Unix versions.\n\nPassword database entries are reported as 7-tuples containing the following\nitems from the password database (see `<pwd.h>\'), in order:\npw_name, pw_passwd, pw_uid, pw_gid, pw_gecos, pw_dir, pw_shell.\nThe uid and gid items are integers, all others are strings. An\nexception is raised if the entry asked for cannot be found.' },
);
