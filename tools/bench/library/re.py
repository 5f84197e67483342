# re: str and bytes.
import re

log = "".join(f"2024-03-{i % 28 + 1:02} 12:{i % 60:02}:07 [worker-{i % 7}] GET /items/{i}?page={i % 9} 200 {i * 37 % 5000}ms\n" for i in range(2000))
raw = log.encode()
words, fields = re.compile(r"\w+"), re.compile(r"(\d+)-(\d+)-(\d+) (\S+) \[([^]]+)\]")
number, rawnumber = re.compile(r"/items/(\d+)"), re.compile(rb"/items/(\d+)")
lines = log.splitlines()
requests = [f'127.0.{i % 256}.{i % 7} - frank [10/Oct/2000:13:{i % 60:02}:36 -0700] "GET /apache_pb{i}.gif HTTP/1.0" 200 {i * 13}' for i in range(500)]
request = re.compile(r'(?P<ip>\S+) \S+ (?P<user>\S+) \[(?P<time>[^\]]+)\] "(?P<request>[^"]*)" (?P<status>\d{3}) (?P<size>\d+)')
source = "".join(f"x{i} = foo({i}, y + 3.14) * (bar - {i * 7}) # comment {i}\nif x{i} >= 10: print('hello')\n" for i in range(150))
token = re.compile(r"(?P<number>\d+(\.\d*)?)|(?P<name>[A-Za-z_]\w*)|(?P<text>'[^']*')|(?P<comment>#.*)|(?P<operator>[-+*/=<>!]=?|[(),:])|(?P<end>\n)|(?P<blank>[ \t]+)")
dna = "".join("acgt"[i * i * 7919 % 10007 % 4] for i in range(20_000))
html = "".join(f'<a href="/p/{i}.html" class="c{i % 3}">Link {i}</a><br/>\n' for i in range(500))
word = re.compile(r"[A-Z]+-\d+")


def matches():
    return sum(fields.match(line).end() for line in lines)


def tokens():
    kinds, at = [], 0
    while found := token.match(source, at):
        kinds.append(found.lastgroup)
        at = found.end()
    return kinds


cases = {
    "match, five groups": matches,
    "match, named groups": lambda: [request.match(line).groupdict() for line in requests],
    "match, tokens": tokens,
    "match, nothing": lambda: sum(word.match(line) is None for line in lines),
    "re.match, re.search": lambda: sum(re.match(r"\d+-(\d+)", line).end() + re.search(r"(\d+)ms$", line).start() for line in lines),
    "search": lambda: sum(number.search(line).start(1) for line in lines),
    "findall, words": lambda: words.findall(log),
    "findall, one group": lambda: number.findall(log),
    "findall, five groups": lambda: fields.findall(log),
    "finditer": lambda: sum(m.start() for m in number.finditer(log)),
    "findall, ignoring case": lambda: re.findall(r"get|post", log, re.I),
    "findall, alternatives": lambda: re.findall(r"GET|POST|worker|page", log),
    "findall, DNA": lambda: [len(re.findall(variant, dna)) for variant in ("agggtaaa|tttaccct", "[cgt]gggtaaa|tttaccc[acg]", "a[act]ggtaaa|tttacc[agt]t")],
    "findall, lazy": lambda: re.findall(r'<a href="(.*?)".*?>(.*?)</a>', html),
    "findall, a group again": lambda: re.findall(r"(\d)\1", log),
    "findall, looking ahead": lambda: re.findall(r"\w+(?=\?)", log),
    "findall, lines": lambda: re.findall(r"^.*worker-3.*$", log, re.M),
    "sub, text": lambda: re.sub(r"\d+", "#", log),
    "sub, template": lambda: re.sub(r"(\w+)=(\w+)", r"\2=\1", log),
    "sub, function": lambda: re.sub(r"\d+", lambda m: str(int(m[0]) + 1), log),
    "split": lambda: re.split(r"[\s,\[\]]+", log),
    "bytes: findall, words": lambda: re.findall(rb"\w+", raw),
    "bytes: findall, one group": lambda: rawnumber.findall(raw),
    "bytes: sub": lambda: re.sub(rb"\d+", b"#", raw),
    "bytes: split": lambda: re.split(rb"[\s,\[\]]+", raw),
}
