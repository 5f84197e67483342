import { bareType, objectType, PyObject, typeType } from '@py/vm/native';
import type { PyType, PyValue } from '@py/vm/native';

/* What instances hold, and their types, which are filled in the files named after them. Fields are checked before an instance is made. */

const bare = (name: string, base: PyType = objectType): PyType => bareType(name, base, typeType);
export const deltaType: PyType = bare('timedelta');
export const tzinfoType: PyType = bare('tzinfo');
export const timezoneType: PyType = bare('timezone', tzinfoType);
export const dateType: PyType = bare('date');
export const datetimeType: PyType = bare('datetime', dateType);
export const timeType: PyType = bare('time');

export class PyDelta extends PyObject {
  readonly days: number;
  /** 0 to 86399. */
  readonly seconds: number;
  /** 0 to 999999. */
  readonly microseconds: number;
  constructor(cls: PyType, days: number, seconds: number, microseconds: number) {
    super(cls);
    this.days = days;
    this.seconds = seconds;
    this.microseconds = microseconds;
  }
}

export class PyTzinfo extends PyObject {}

export class PyTimezone extends PyTzinfo {
  readonly offset: PyDelta;
  /** A str, or null. */
  readonly name: PyValue | null;
  constructor(cls: PyType, offset: PyDelta, name: PyValue | null) {
    super(cls);
    this.offset = offset;
    this.name = name;
  }
}

export class PyDate extends PyObject {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  /** Remembered when computed. */
  hashCode: PyValue | undefined = undefined;
  constructor(cls: PyType, year: number, month: number, day: number) {
    super(cls);
    this.year = year;
    this.month = month;
    this.day = day;
  }
}

export class PyDateTime extends PyDate {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly microsecond: number;
  /** null for None. */
  readonly tzinfo: PyTzinfo | null;
  /** Changed only while the object is being made. */
  fold: number;
  constructor(cls: PyType, year: number, month: number, day: number, hour: number, minute: number, second: number, microsecond: number, tzinfo: PyTzinfo | null, fold: number) {
    super(cls, year, month, day);
    this.hour = hour;
    this.minute = minute;
    this.second = second;
    this.microsecond = microsecond;
    this.tzinfo = tzinfo;
    this.fold = fold;
  }
}

export class PyTime extends PyObject {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly microsecond: number;
  readonly tzinfo: PyTzinfo | null;
  fold: number;
  hashCode: PyValue | undefined = undefined;
  constructor(cls: PyType, hour: number, minute: number, second: number, microsecond: number, tzinfo: PyTzinfo | null, fold: number) {
    super(cls);
    this.hour = hour;
    this.minute = minute;
    this.second = second;
    this.microsecond = microsecond;
    this.tzinfo = tzinfo;
    this.fold = fold;
  }
}
