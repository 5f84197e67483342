# dateutil and pytz: parsing, recurrences, differences, zones.
import datetime
import warnings

warnings.simplefilter('ignore')
import dateutil.parser
import dateutil.relativedelta
import dateutil.rrule
import dateutil.tz
import pytz

default = datetime.datetime(2000, 1, 1)
for text in '2021-01-02T03:04:05.678+02:00', 'Jan 5 2020 3pm', '10/11/12', 'Thu Sep 25 10:36:28 2003', '20030925T1049', 'nonsense', '2020-13-45':
    try:
        print(dateutil.parser.parse(text, default=default))
    except dateutil.parser.ParserError as error:
        print(error)
print(list(dateutil.rrule.rrule(dateutil.rrule.MONTHLY, count=4, byweekday=dateutil.rrule.FR(-1), dtstart=default)))
print(list(dateutil.rrule.rrulestr('DTSTART:20200101T090000\nRRULE:FREQ=YEARLY;COUNT=3;BYMONTH=2;BYMONTHDAY=-1')))
print(dateutil.relativedelta.relativedelta(datetime.date(2021, 5, 1), datetime.date(2019, 2, 28)), datetime.date(2020, 1, 31) + dateutil.relativedelta.relativedelta(months=1))
moment = datetime.datetime(2021, 3, 14, 6, 59, tzinfo=datetime.timezone.utc)
for minutes in 0, 1:
    later = moment + datetime.timedelta(minutes=minutes)
    print(later.astimezone(pytz.timezone('America/New_York')), later.astimezone(pytz.timezone('Europe/Paris')))
paris = pytz.timezone('Europe/Paris')
for is_dst in True, False, None:
    try:
        print(paris.localize(datetime.datetime(2021, 10, 31, 2, 30), is_dst=is_dst))
    except pytz.AmbiguousTimeError as error:
        print(type(error).__name__, error)
print(dateutil.tz.tzstr('EST5EDT').utcoffset(datetime.datetime(2020, 7, 1)), dateutil.tz.resolve_imaginary(datetime.datetime(2021, 3, 14, 2, 30, tzinfo=dateutil.tz.tzstr('EST5EDT'))))
