import { PyObject } from '../core/value.ts';
import type { PyValue } from '../core/value.ts';
import type { VM } from '../core/vm.ts';
import type { PyType } from '../core/type.ts';
import { TypeFlag } from '../core/type.ts';
import { defineType } from '../core/define-type.ts';
import { native } from '../core/native.ts';
import { badArgument } from '../core/arguments.ts';
import { isStr } from '../core/text.ts';
import { encodeUtf8 } from './codecs.ts';
import { None } from './none.ts';
import { strLength } from './str-support.ts';

/** The plain writer that `sys.stdout` and `sys.stderr` are until `io` is there, and all there is in a VM without it. */
export class PyStdPrinter extends PyObject {
  readonly fd: number;
  constructor(fd: number) {
    super(stdPrinterType);
    this.fd = fd;
  }
}

function write(vm: VM, self: PyStdPrinter, text: PyValue): PyValue {
  if (!isStr(text)) throw badArgument('write', 'argument', 'str', text);
  let bytes = encodeUtf8(vm, text, 'backslashreplace');
  while (bytes.length > 0) {
    const written = vm.host.files?.write(self.fd, bytes);
    if (typeof written !== 'number') break;
    bytes = bytes.subarray(written);
  }
  return strLength(text);
}

export const stdPrinterType: PyType = defineType('stderrprinter', {
  flags: TypeFlag.DISALLOW_INSTANTIATION,
  slots: { tp_repr: (_vm: VM, self: PyStdPrinter) => `<stderrprinter(fd=${self.fd}) object>` },
  methods: [
    native('close(self, /)', () => None, ''),
    native('flush(self, /)', () => None, ''),
    native('fileno(self, /)', (_vm: VM, self: PyStdPrinter) => self.fd, ''),
    native('isatty(self, /)', (vm: VM, self: PyStdPrinter) => vm.host.files?.isatty?.(self.fd) ?? false, ''),
    native('write(self, text, /)', write, ''),
  ],
  getset: {
    closed: { get: () => false, doc: 'True if the file is closed' },
    encoding: { get: () => None, doc: 'Encoding of the file' },
    mode: { get: () => 'w', doc: 'String giving the file mode' },
  },
});
