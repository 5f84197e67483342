# re: str and bytes.
import re

log = "".join(f"2024-03-{i % 28 + 1:02} 12:{i % 60:02}:07 [worker-{i % 7}] GET /items/{i}?page={i % 9} 200 {i * 37 % 5000}ms\n" for i in range(2000))
raw = log.encode()
words, fields = re.compile(r"\w+"), re.compile(r"(\d+)-(\d+)-(\d+) (\S+) \[([^]]+)\]")
number, rawnumber = re.compile(r"/items/(\d+)"), re.compile(rb"/items/(\d+)")
lines = log.splitlines()


def matches():
    return sum(fields.match(line).end() for line in lines)


cases = {
    "match, five groups": matches,
    "search": lambda: sum(number.search(line).start(1) for line in lines),
    "findall, words": lambda: words.findall(log),
    "findall, one group": lambda: number.findall(log),
    "findall, five groups": lambda: fields.findall(log),
    "finditer": lambda: sum(m.start() for m in number.finditer(log)),
    "findall, ignoring case": lambda: re.findall(r"get|post", log, re.I),
    "findall, alternatives": lambda: re.findall(r"GET|POST|worker|page", log),
    "sub, text": lambda: re.sub(r"\d+", "#", log),
    "sub, template": lambda: re.sub(r"(\w+)=(\w+)", r"\2=\1", log),
    "sub, function": lambda: re.sub(r"\d+", lambda m: str(int(m[0]) + 1), log),
    "split": lambda: re.split(r"[\s,\[\]]+", log),
    "bytes: findall, words": lambda: re.findall(rb"\w+", raw),
    "bytes: findall, one group": lambda: rawnumber.findall(raw),
    "bytes: sub": lambda: re.sub(rb"\d+", b"#", raw),
    "bytes: split": lambda: re.split(rb"[\s,\[\]]+", raw),
}
