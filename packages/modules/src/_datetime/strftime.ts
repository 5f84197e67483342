import { badArgument, call, callMethod, checkText, getAttr, importModule, isStr, jsText, newTuple, None, strFromJS, typeError } from '@py/vm/native';
import type { PyValue, VM } from '@py/vm/native';
import { padded, weekday, daysBeforeMonth } from './calendar.ts';
import { callTzname, callUtcoffset, offsetText } from './tzinfo.ts';
import { PyDateTime, PyTime } from './storage.ts';
import type { PyDate, PyTzinfo } from './storage.ts';

/** `time.strftime` with `%f`, `%z`, `%:z` and `%Z` filled in first (CPython: wrap_strftime). */
export function strftime(vm: VM, self: PyDate | PyTime, format: PyValue, timetuple: PyValue, argument: PyValue): PyValue {
  if (isStr(format)) checkText(format);
  const source = jsText(format);
  const clock = self instanceof PyDateTime || self instanceof PyTime ? self : null;
  const tzinfo = clock === null ? null : clock.tzinfo;
  let text = '';
  for (let i = 0; i < source.length; i++) {
    const ch = source[i];
    if (ch !== '%' || i + 1 === source.length) {
      text += ch;
      continue;
    }
    const code = source[++i];
    if (code === 'z') text += offset(vm, tzinfo, argument, '');
    else if (code === ':' && source[i + 1] === 'z') {
      i++;
      text += offset(vm, tzinfo, argument, ':');
    } else if (code === 'Z') text += zoneName(vm, tzinfo, argument);
    else if (code === 'f') text += padded(clock === null ? 0 : clock.microsecond, 6);
    else text += ch + code;
  }
  return call(vm, getAttr(vm, importModule(vm, 'time'), 'strftime'), [strFromJS(text), timetuple]);
}

function offset(vm: VM, tzinfo: PyTzinfo | null, argument: PyValue, separator: string): string {
  const found = callUtcoffset(vm, tzinfo, argument);
  return found === null ? '' : offsetText(found, separator);
}

function zoneName(vm: VM, tzinfo: PyTzinfo | null, argument: PyValue): string {
  const name = callTzname(vm, tzinfo, argument);
  if (name === None) return '';
  const escaped = callMethod(vm, name, 'replace', ['%', '%%']);
  if (!isStr(escaped)) throw typeError('tzname.replace() did not return a string');
  checkText(escaped);
  return jsText(escaped);
}

/** `time.struct_time` of a date and a time of day; `isdst` -1 for unknown. */
export function structTime(vm: VM, year: number, month: number, day: number, hour: number, minute: number, second: number, isdst: number): PyValue {
  const fields = [year, month, day, hour, minute, second, weekday(year, month, day), daysBeforeMonth(year, month) + day, isdst];
  return call(vm, getAttr(vm, importModule(vm, 'time'), 'struct_time'), [newTuple(fields)]);
}

/** `Wed Jan  1 00:00:00 2020` */
export function ctime(date: PyDate, hour: number, minute: number, second: number): string {
  const days = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
  const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
  const { year, month, day } = date;
  return `${days[weekday(year, month, day)]} ${months[month - 1]} ${String(day).padStart(2)} ${padded(hour, 2)}:${padded(minute, 2)}:${padded(second, 2)} ${padded(year, 4)}`;
}

/** A str argument of a method, by number. */
export function strArgument(value: PyValue, method: string, position: number): PyValue {
  if (!isStr(value)) throw badArgument(method, `argument ${position}`, 'str', value);
  return value;
}

/** `object.__format__` of dates and times. */
export function formatMoment(vm: VM, self: PyValue, spec: PyValue): PyValue {
  strArgument(spec, '__format__', 1);
  if (jsText(spec) === '') return call(vm, getAttr(vm, self, '__str__'));
  return callMethod(vm, self, 'strftime', [spec]);
}
