import { defineModule, defineType, fillType, PyObject, strFromJS } from '@py/vm/native';
import type { NativeModule, PyType, VM } from '@py/vm/native';
import { MAXYEAR, MINYEAR } from './calendar.ts';
import { dateSpec } from './date.ts';
import { datetimeSpec } from './datetime.ts';
import { dateType, datetimeType, deltaType, timeType, timezoneType, tzinfoType } from './storage.ts';
import { timeSpec } from './time.ts';
import { deltaSpec } from './timedelta.ts';
import { timezoneSpec, tzinfoSpec, utc } from './tzinfo.ts';

/* `_datetime` (CPython 3.12: Modules/_datetimemodule.c), one file a type. */

fillType(deltaType, deltaSpec);
fillType(tzinfoType, tzinfoSpec);
fillType(timezoneType, timezoneSpec);
fillType(dateType, dateSpec);
fillType(datetimeType, datetimeSpec);
fillType(timeType, timeSpec);

/** What C code finds the types through; here it is only something to look at. */
const capsuleType: PyType = defineType('PyCapsule', {
  slots: { tp_repr: (vm: VM, self: PyObject) => strFromJS(`<capsule object "datetime.datetime_CAPI" at 0x${vm.idOf(self).toString(16)}>`) },
});

/** Python's module `_datetime`. CPython 3.12: Modules/_datetimemodule.c. */
export const _datetime: NativeModule = defineModule(
  '_datetime',
  {
    timedelta: deltaType,
    date: dateType,
    datetime: datetimeType,
    time: timeType,
    tzinfo: tzinfoType,
    timezone: timezoneType,
    MINYEAR,
    MAXYEAR,
    datetime_CAPI: () => new PyObject(capsuleType),
    UTC: utc,
  },
  { doc: 'Fast implementation of the datetime type.' },
);
