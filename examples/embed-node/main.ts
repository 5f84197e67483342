// npx tsx --conditions=@py/source examples/embed-node/main.ts
import { openLibraryFile } from './library.ts';
import { createSandbox } from './sandbox.ts';

const { library, close } = openLibraryFile();
const answer = async (question: string): Promise<string> => `${question.length} letters`;
const files = { '/home/numbers.csv': 'name,value\none,1\ntwo,2\n' };

const first = createSandbox({ library, files, answer, print: (text) => process.stdout.write(text) });
console.log(await first.run(`
import csv, host
with open('numbers.csv') as file:
    total = sum(int(row['value']) for row in csv.DictReader(file))
with open('total.txt', 'w') as file:
    print(total, file=file)
print('total', total, '-', host.ask('how long am I?'))
`));
console.log('total.txt:', first.files.readText('/home/total.txt').trim());

// Two at once, each with its own modules and files; one is stopped, one runs into its limit.
const second = createSandbox({ library, answer });
setTimeout(() => first.stop(), 50);
console.log(await Promise.all([first.run('while True: pass'), second.run('while True: pass', { instructions: 1_000_000 })]));
console.log(first.output.trimEnd().split('\n').at(-1));
close();
