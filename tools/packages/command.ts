// The commands, installed in an empty folder from tarballs.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
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
