# requests over urllib3, with a server of the library: redirects, compression, chunks, cookies, forms, errors, threads.
import gzip
import io
import json
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

warnings.simplefilter('ignore')
import requests
import urllib3


class Handler(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def log_message(self, *args):
        pass

    def answer(self, status, body, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace('_', '-'), value)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        if self.path == '/redirect':
            self.answer(302, b'', Location='/json?x=1')
        elif self.path == '/gzip':
            self.answer(200, gzip.compress(b'zipped ' * 100), Content_Encoding='gzip')
        elif self.path == '/chunked':
            self.send_response(200)
            self.send_header('Transfer-Encoding', 'chunked')
            self.send_header('Set-Cookie', 'a=b; Path=/')
            self.end_headers()
            for part in b'one', b'two\n', b'three':
                self.wfile.write(b'%x\r\n%s\r\n' % (len(part), part))
            self.wfile.write(b'0\r\n\r\n')
        elif self.path == '/404':
            self.send_error(404, 'gone away')
        else:
            seen = {name: value for name, value in self.headers.items() if name not in ('Host', 'User-Agent', 'Accept-Encoding')}
            self.answer(200, json.dumps({'path': self.path, 'headers': seen}).encode(), Content_Type='application/json')

    def do_POST(self):
        data = self.rfile.read(int(self.headers['Content-Length']))
        kind = self.headers['Content-Type'].split(';')[0]
        self.answer(201, json.dumps({'type': kind, 'data': '' if kind.startswith('multipart') else data.decode()}).encode())


server = ThreadingHTTPServer(('127.0.0.1', 0), Handler)
server.daemon_threads = True
threading.Thread(target=server.serve_forever, daemon=True).start()
base = f'http://127.0.0.1:{server.server_port}'

session = requests.Session()
response = session.get(base + '/a', params={'q': 'é ü', 'list': [1, 2]}, headers={'X-Test': '1'})
print(response.status_code, response.json(), response.encoding, response.headers['content-type'])
response = session.get(base + '/redirect')
print(response.history, response.json()['path'])
response = session.get(base + '/gzip')
print(len(response.content), response.text[:20], response.raw.version)
response = session.get(base + '/chunked', stream=True)
print(list(response.iter_lines()), session.cookies.get_dict())
print(session.get(base + '/x').json()['headers'].get('Cookie'))
print(session.post(base + '/p', json={'a': [1, None]}).json())
print(session.post(base + '/p', data={'a': '1', 'b': 'ü'}).json())
print(session.post(base + '/p', files={'file': ('name.txt', io.BytesIO(b'data' * 10))}).json())
response = session.get(base + '/404')
print(response.ok, response.reason)
try:
    response.raise_for_status()
except requests.HTTPError as error:
    print(str(error).replace(base, 'BASE'))
for url in 'http://127.0.0.1:1/', 'nope://x', 'http://':
    try:
        requests.get(url, timeout=5)
    except requests.RequestException as error:
        print(type(error).__name__)
pool = urllib3.PoolManager(retries=urllib3.Retry(2, backoff_factor=0))
response = pool.request('GET', base + '/redirect')
print(response.status, response.data, response.geturl())
with ThreadPoolExecutor(5) as executor:
    print(sorted(executor.map(lambda number: json.loads(pool.request('GET', f'{base}/n{number}').data)['path'], range(10))))
print(urllib3.util.parse_url('http://user:p@host.com:80/a b?c#d'))
server.shutdown()
