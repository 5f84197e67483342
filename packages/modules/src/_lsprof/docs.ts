/* What `help()` says about the things of `_lsprof`. */
export const docs = {
  Profiler: 'Profiler(timer=None, timeunit=None, subcalls=True, builtins=True)\n\n    Builds a profiler object using the specified timer function.\n    The default timer is a fast built-in one based on real time.\n    For custom timer functions returning integers, timeunit can\n    be a float specifying a scale (i.e. how long each integer unit\n    is, in seconds).\n',
  'Profiler.getstats': 'list of profiler_entry objects.\n\ngetstats() -> list of profiler_entry objects\n\nReturn all information collected by the profiler.\nEach profiler_entry is a tuple-like object with the\nfollowing attributes:\n\n    code          code object\n    callcount     how many times this was called\n    reccallcount  how many times called recursively\n    totaltime     total time in this entry\n    inlinetime    inline time in this entry (not in subcalls)\n    calls         details of the calls\n\nThe calls attribute is either None or a list of\nprofiler_subentry objects:\n\n    code          called code object\n    callcount     how many times this is called\n    reccallcount  how many times this is called recursively\n    totaltime     total time spent in this call\n    inlinetime    inline time (not in further subcalls)',
  'Profiler.enable': "enable(subcalls=True, builtins=True)\n\nStart collecting profiling information.\nIf 'subcalls' is True, also records for each function\nstatistics separated according to its current caller.\nIf 'builtins' is True, records the time spent in\nbuilt-in functions separately from their caller.\n",
  'Profiler.disable': 'disable()\n\nStop collecting profiling information.\n',
  'Profiler.clear': 'clear()\n\nClear all profiling information collected so far.\n',
  'profiler_entry.code': 'code object or built-in function name',
  'profiler_entry.callcount': 'how many times this was called',
  'profiler_entry.reccallcount': 'how many times called recursively',
  'profiler_entry.totaltime': 'total time in this entry',
  'profiler_entry.inlinetime': 'inline time in this entry (not in subcalls)',
  'profiler_entry.calls': 'details of the calls',
  'profiler_subentry.code': 'called code object or built-in function name',
  'profiler_subentry.callcount': 'how many times this is called',
  'profiler_subentry.reccallcount': 'how many times this is called recursively',
  'profiler_subentry.totaltime': 'total time spent in this call',
  'profiler_subentry.inlinetime': 'inline time (not in further subcalls)',
} as const;
