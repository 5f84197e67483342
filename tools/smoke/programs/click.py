# click: commands, options, help pages, errors.
import click
from click.testing import CliRunner


@click.group()
@click.version_option('1.2.3')
def cli():
    """A tool with commands."""


@cli.command()
@click.argument('names', nargs=-1)
@click.option('--count', '-c', default=1, show_default=True, help='How often.')
@click.option('--shout/--no-shout', default=False)
@click.option('--colour', type=click.Choice(['red', 'green']), default='red')
def greet(names, count, shout, colour):
    """Greets NAMES."""
    for name in names or ('world',):
        for _ in range(count):
            text = f'Hello, {name}!'
            click.echo(click.style(text.upper() if shout else text, fg=colour))


@cli.command()
@click.option('--path', type=click.Path(exists=True))
@click.password_option()
def login(path, password):
    click.secho(f'{len(password)} letters', bold=True)


runner = CliRunner()
for args in (['--help'], ['greet', '--help'], ['greet', 'Ann', 'Bob', '-c', '2', '--shout'], ['greet', '--colour', 'blue'], ['nothing'], ['greet', '-c', 'x'], ['--version'], ['login', '--path', '/nowhere']):
    result = runner.invoke(cli, args, prog_name='tool')
    print(args, result.exit_code)
    print(result.output)
print(runner.invoke(cli, ['login'], input='secret\nsecret\n').output)
print(runner.invoke(cli, ['greet'], color=True).output.encode())
with runner.isolated_filesystem():
    with open('file.txt', 'w') as file:
        file.write('text')
    print(runner.invoke(cli, ['login', '--path', 'file.txt', '--password', 'four']).output)
