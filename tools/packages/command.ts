// The commands, installed in an empty folder from tarballs.
import { writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { run } from './run.ts';

export async function commandProblems(folder: string): Promise<string[]> {
  writeFileSync(join(folder, 'hello.py'), "import json, sys\nprint('Hello from', json.dumps(sys.argv[1:]))\n");
  writeFileSync(join(folder, 'data.json'), '{"a": [1, 2]}');
  writeFileSync(join(folder, 'machine.cjs'), "exports.createVirtualMachine = ({ host }) => ({ run: (code) => (host.files.write(1, Buffer.from(code.co_name + '\\n')), { kind: 'done' }) });\n");
  const problems: string[] = [];
  const expectOutput = async (args: readonly string[], expected: string): Promise<void> => {
    try {
      const printed = await run(['npx', '--no-install', ...args], folder);
      if (printed !== expected) problems.push(`npx ${args.join(' ')} printed ${JSON.stringify(printed)}`);
    } catch (error) {
      problems.push((error as Error).message);
    }
  };
  await expectOutput(['py', 'hello.py', 'a'], 'Hello from ["a"]\n');
  await expectOutput(['py', '-m', 'json.tool', '--compact', 'data.json'], '{"a":[1,2]}\n');
  await expectOutput(['py', '-c', 'import unittest, asyncio, re; print(re.sub("a", "b", "banana"))'], 'bbnbnb\n');
  await expectOutput(['py', '--vm', './machine.cjs', 'hello.py'], '<module>\n');
  writeFileSync(join(folder, 'one.py'), 'x\n');
  await expectOutput(['pyphase', 'ast', 'one.py'], "Module(\n   body=[\n      Expr(\n         value=Name(id='x', ctx=Load()))],\n   type_ignores=[])\n");
  return problems;
}

/** The command where another Node has been put in the place of the one it was installed with: before its snapshot is made anew, and after. */
export async function otherNodeProblems(folder: string, node: string): Promise<string[]> {
  const path = { PATH: `${dirname(node)}${delimiter}${process.env['PATH'] ?? ''}` };
  const problems: string[] = [];
  const expectRun = async (state: string): Promise<void> => {
    const printed = await run(['npx', '--no-install', 'py', '-c', 'import sys, json; print(json.dumps([sys.version_info[1]]))'], folder, path);
    if (printed !== '[12]\n') problems.push(`py ${state} printed ${JSON.stringify(printed)}`);
  };
  await expectRun('with the snapshot of another Node');
  await run([node, join(folder, 'node_modules/@py/cli/bin/prepare.js')], folder, path);
  await expectRun('with its own');
  return problems;
}
