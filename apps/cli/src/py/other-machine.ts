// py --vm PACKAGE: the front end and the host of `py`, and somebody else's virtual machine.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import type { PySyntaxError } from '@py/ast';
import type { CodeObject, CreateVirtualMachine, Host } from '@py/code';
import { createImporter } from '@py/importer';
import * as pyc from '@py/pyc';
import { compileRequest, compileSource } from '@py/python';
import { syntaxErrorText } from '../syntax-error-text.ts';
import type { Arguments } from './arguments.ts';

/**
 * Runs a program on the machine that a package exports as `createVirtualMachine` (`@py/code`, CreateVirtualMachine). Gives the exit status: the
 * program's own, 2 if there is no such package or program, 70 if the machine throws. Modules are found beside the program, and not cached.
 */
export function runOnMachine(packageName: string, { program, argv }: Arguments, host: Host, write: (fd: 1 | 2, text: string) => void): number {
  const path = program.kind === 'path' ? program.path : '';
  let create: CreateVirtualMachine;
  let code: CodeObject;
  try {
    create = load(packageName);
    code = compiled(program);
  } catch (error) {
    if ((error as Error).name === 'PySyntaxError') {
      write(2, syntaxErrorText(error as PySyntaxError));
      return 1;
    }
    write(2, `py: ${(error as Error).message.split('\n', 1)[0]}\n`);
    return 2;
  }
  const importer = host.files && createImporter({ files: host.files, path: [resolve(dirname(path))], pyc, compile: compileRequest, dontWriteBytecode: true });
  try {
    const result = create({ host, importer }).run(code, { argv });
    if (result.kind === 'raised') write(2, result.traceback);
    return result.kind === 'done' ? 0 : result.kind === 'raised' ? (result.exitCode ?? 1) : 1;
  } catch (error) {
    write(2, `py: the virtual machine of ${packageName} failed: ${error instanceof Error ? error.stack : String(error)}\n`);
    return 70;
  }
}

/** A folder or file by its path, or an installed package by its name. */
function load(packageName: string): CreateVirtualMachine {
  const exported = createRequire(join(process.cwd(), 'py'))(packageName) as { readonly createVirtualMachine?: CreateVirtualMachine };
  if (typeof exported.createVirtualMachine !== 'function') throw new Error(`${packageName} exports no createVirtualMachine`);
  return exported.createVirtualMachine;
}

function compiled(program: Arguments['program']): CodeObject {
  switch (program.kind) {
    case 'command':
      return compileSource(program.source, { filename: '<string>' });
    case 'stdin':
      return compileSource(readFileSync(0), { filename: '<stdin>', fromFile: true });
    case 'path':
      if (program.path.endsWith('.pyc')) return pyc.readPyc(readFileSync(program.path), { path: program.path }).code;
      return compileSource(readFileSync(program.path), { filename: program.path, fromFile: true });
    case 'module':
      throw new Error('-m needs runpy, which --vm does not bring along');
  }
}
