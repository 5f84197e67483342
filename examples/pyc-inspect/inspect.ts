// Just @py/pyc: what is in a .pyc file, whichever Python wrote it.
import { codeInfo, dis } from '@py/code';
import { identifyMagic, readPyc, verifyCode } from '@py/pyc';

/** Header, summary and bytecode as text. A file of another Python gives its version only: its opcodes are others. */
export function inspectPyc(bytes: Uint8Array, name: string): string {
  const magic = identifyMagic(bytes);
  if (!magic) return `${name}: not a .pyc of any Python\n`;
  const first = `${name}: Python ${magic.version}, magic ${magic.magic}\n`;
  if (magic.version !== '3.12') return first;
  const { header, code } = readPyc(bytes, { path: name });
  const validity = header.kind === 'hash' ? `hash ${Buffer.from(header.hash).toString('hex')}, ${header.checkSource ? 'checked' : 'unchecked'}` : `source of ${header.size} bytes, changed ${new Date(header.mtime * 1000).toISOString()}`;
  const problems = verifyCode(code);
  const safety = problems.length === 0 ? 'safe to run' : `NOT safe to run: ${problems.map(({ code: owner, message }) => `${owner}: ${message}`).join('; ')}`;
  return `${first}${validity}\n${safety}\n\n${codeInfo(code)}\n\n${dis(code)}`;
}
