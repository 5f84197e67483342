import { defineModule, exceptionTypes } from '@py/vm/native';
import type { NativeModule } from '@py/vm/native';
import { DEFAULT_BUFFER_SIZE, unsupportedOperationType } from './_io/common.ts';
import { bufferedIOBaseType, ioBaseType, rawIOBaseType, textIOBaseType } from './_io/base.ts';
import { bufferedRWPairType, bufferedRandomType, bufferedReaderType, bufferedWriterType } from './_io/buffered-types.ts';
import { bytesIOBufferType, bytesIOType } from './_io/bytesio.ts';
import { fileIOType } from './_io/fileio.ts';
import { newlineDecoderType } from './_io/newlines.ts';
import { openFunctions } from './_io/open.ts';
import { stringIOType } from './_io/stringio.ts';
import { textIOWrapperType } from './_io/textio-type.ts';

/** Streams. What they hold when the VM ends is written by the functions in `vm.state('finalizers')`, which the glue runs. */
export const _io: NativeModule = defineModule(
  '_io',
  {
    DEFAULT_BUFFER_SIZE,
    ...Object.fromEntries(openFunctions.map((def) => [def.name, def])),
    BlockingIOError: exceptionTypes.BlockingIOError,
    UnsupportedOperation: unsupportedOperationType,
    _IOBase: ioBaseType,
    _RawIOBase: rawIOBaseType,
    _BufferedIOBase: bufferedIOBaseType,
    _TextIOBase: textIOBaseType,
    FileIO: fileIOType,
    BytesIO: bytesIOType,
    StringIO: stringIOType,
    BufferedReader: bufferedReaderType,
    BufferedWriter: bufferedWriterType,
    BufferedRandom: bufferedRandomType,
    BufferedRWPair: bufferedRWPairType,
    IncrementalNewlineDecoder: newlineDecoderType,
    TextIOWrapper: textIOWrapperType,
    _BytesIOBuffer: bytesIOBufferType,
  },
  {
    doc: "The io module provides the Python interfaces to stream handling. The\nbuiltin open function is defined in this module.\n\nAt the top of the I/O hierarchy is the abstract base class IOBase. It\ndefines the basic interface to a stream. Note, however, that there is no\nseparation between reading and writing to streams; implementations are\nallowed to raise an OSError if they do not support a given operation.\n\nExtending IOBase is RawIOBase which deals simply with the reading and\nwriting of raw bytes to a stream. FileIO subclasses RawIOBase to provide\nan interface to OS files.\n\nBufferedIOBase deals with buffering on a raw byte stream (RawIOBase). Its\nsubclasses, BufferedWriter, BufferedReader, and BufferedRWPair buffer\nstreams that are readable, writable, and both respectively.\nBufferedRandom provides a buffered interface to random access\nstreams. BytesIO is a simple stream of in-memory bytes.\n\nAnother IOBase subclass, TextIOBase, deals with the encoding and decoding\nof streams into text. TextIOWrapper, which extends it, is a buffered text\ninterface to a buffered raw stream (`BufferedIOBase`). Finally, StringIO\nis an in-memory stream for text.\n\nArgument names are not part of the specification, and only the arguments\nof open() are intended to be used as keyword arguments.\n\ndata:\n\nDEFAULT_BUFFER_SIZE\n   An int containing the default buffer size used by the module's buffered\n   I/O classes. open() uses the file's blksize (as obtained by os.stat) if\n   possible.\n",
  },
);
