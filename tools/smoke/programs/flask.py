# flask over werkzeug and itsdangerous: routes, converters, sessions, templates, blueprints, errors, streaming, its command line.
import re
import warnings

warnings.simplefilter('ignore')
from flask import Blueprint, Flask, abort, flash, g, get_flashed_messages, jsonify, make_response, redirect, render_template_string, request, session, stream_with_context, url_for

app = Flask(__name__)
app.secret_key = 'secret'
blueprint = Blueprint('inner', __name__, url_prefix='/inner')


@app.route('/')
def index():
    return render_template_string('<h1>{{ name|upper }}</h1>{% for i in range(3) %}{{ loop.index }}{{ "," if not loop.last }}{% endfor %} {{ "<b>" }}', name='page')


@app.route('/items/<int:number>/<path:rest>', methods=['GET', 'POST'])
def items(number, rest):
    return jsonify(number=number, rest=rest, method=request.method, query=request.args.to_dict(flat=False), form=request.form.to_dict())


@app.route('/login', methods=['POST'])
def login():
    session['user'] = request.form['user']
    flash('welcome')
    return redirect(url_for('me'))


@app.route('/me')
def me():
    return f"{session.get('user')} {get_flashed_messages()}"


@app.errorhandler(404)
def missing(error):
    return f'no: {error}', 404


@app.route('/boom')
def boom():
    return 1 / 0


@app.route('/teapot')
def teapot():
    abort(418)


@app.route('/stream')
def stream():
    def parts():
        yield 'streamed '
        yield request.path
    return app.response_class(stream_with_context(parts()), mimetype='text/plain')


@blueprint.before_request
def before():
    g.value = 5


@blueprint.route('/value')
def value():
    response = make_response(str(g.value))
    response.set_cookie('name', 'value', httponly=True)
    return response


app.register_blueprint(blueprint)


@app.cli.command('hello')
def hello():
    print('hello from the command line')


client = app.test_client()
app.logger.disabled = True


def show(response):
    print(response.status, re.sub(r'[A-Z][a-z]{2}, \d+ .*?GMT', 'DATE', str(dict(response.headers))))
    print(response.get_data(as_text=True))


for path in '/', '/items/5/a/b?x=1&x=2', '/items/a/b', '/teapot', '/stream', '/inner/value', '/boom', '/nothing':
    show(client.get(path))
show(client.post('/items/7/z', data={'key': 'value'}))
response = client.post('/login', data={'user': 'bob'})
print(response.status, response.location)
print(client.get('/me').text, client.get('/me').text)
show(client.post('/login', data={}))
show(client.put('/'))
app.testing = True
try:
    client.get('/boom')
except ZeroDivisionError as error:
    print('raised', error)
print(app.url_map)
print(app.test_cli_runner().invoke(args=['hello']).output)
