// npx vite examples/embed-browser: two Pythons on one page, each with its own files, both running at once.
import { openLibrary, type Library } from '@py/stdlib';
import libraryUrl from '@py/stdlib/library.bin?url';
import { createSandbox } from '../embed-node/sandbox.ts';

const programs = [
  'import host, time\nname = host.ask("Your name?")\nfor n in range(3):\n    print(n, "Hello,", name)\n    time.sleep(0.2)\n',
  'import json\nwith open("notes.txt") as file:\n    print(json.dumps(file.read().split()))\nn = 0\nwhile True:\n    n += 1\n',
];

/** One request; pieces are then taken from memory. */
async function fetchLibrary(): Promise<Library> {
  const bytes = new Uint8Array(await (await fetch(libraryUrl)).arrayBuffer());
  return openLibrary((offset, length) => bytes.subarray(offset, offset + length));
}

function fillSection(section: Element, library: Library, program: string): void {
  section.append(document.querySelector('template')!.content.cloneNode(true));
  const element = <Kind extends HTMLElement>(selector: string): Kind => section.querySelector<Kind>(selector)!;
  const source = element<HTMLTextAreaElement>('textarea');
  const [run, stop] = [element<HTMLButtonElement>('[name=run]'), element<HTMLButtonElement>('[name=stop]')];
  const [printed, end] = [element('pre'), element('output')];
  const sandbox = createSandbox({
    library,
    files: { '/home/notes.txt': 'a file in memory' },
    answer: async (question) => (section.getAttribute('data-answer') ?? prompt(question) ?? ''),
    print: (text) => printed.append(text),
  });
  source.value = program;
  run.disabled = false;
  stop.addEventListener('click', () => sandbox.stop());
  run.addEventListener('click', async () => {
    printed.textContent = '';
    end.textContent = 'running';
    [run.disabled, stop.disabled] = [true, false];
    const result = await sandbox.run(source.value, { seconds: 60 });
    end.textContent = result.kind === 'done' ? 'done' : result.kind === 'raised' ? result.type : `stopped: ${result.reason}`;
    [run.disabled, stop.disabled] = [false, true];
  });
}

const library = await fetchLibrary();
document.querySelectorAll('section').forEach((section, index) => fillSection(section, library, programs[index]));
