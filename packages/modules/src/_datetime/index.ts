import { defineModule, fillType } from '@py/vm/native';
import type { NativeModule } from '@py/vm/native';
import { newCapsule } from '../capsule.ts';
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
    datetime_CAPI: newCapsule('datetime.datetime_CAPI'),
    UTC: utc,
  },
  { doc: 'Fast implementation of the datetime type.' },
);
