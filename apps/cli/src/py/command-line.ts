// The arguments as bytes: Node has decoded them, and put U+FFFD where they are not UTF-8.
import { readFileSync } from 'node:fs';
import { textOf, withoutEnds } from '../host-node/names.ts';

/** The arguments; bytes that are not UTF-8 as CPython has them in `sys.argv` (PEP 383): lone surrogates from U+DC80. */
export function commandLine(argv: readonly string[]): readonly string[] {
  if (!argv.some((argument) => argument.includes('\ufffd'))) return argv;
  try {
    const all = withoutEnds(readFileSync('/proc/self/cmdline'));
    return all.slice(all.length - argv.length).map(textOf);
  } catch {
    return argv;
  }
}
