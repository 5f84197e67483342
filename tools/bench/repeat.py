# repeat.py SECONDS PROGRAM: runs a program again and again in one process; prints, as JSON, milliseconds of CPU time (of all threads) of the first
# run and of the fastest one, and what the program printed.
import io
import json
import sys
import time

seconds, program = float(sys.argv[1]), sys.argv[2]
with open(program, encoding="utf-8") as file:
    code = compile(file.read(), program, "exec")
terminal, times = sys.stdout, []
started = time.process_time()
while len(times) < 3 or time.process_time() - started < seconds:
    sys.stdout = io.StringIO()
    begin = time.process_time()
    exec(code, {"__name__": "__main__"})
    times.append((time.process_time() - begin) * 1000)
    output = sys.stdout.getvalue()
sys.stdout = terminal
print(json.dumps({"first": times[0], "best": min(times), "output": output}))
