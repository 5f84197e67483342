# bytecode: takes functions apart and puts them together again.
import bytecode
from bytecode import Bytecode, ConcreteBytecode

print(bytecode.__version__)
code = compile('x = 1\ny = x + 2\n', 'file.py', 'exec')
try:
    for instruction in ConcreteBytecode.from_code(code):
        print(instruction.name, instruction.arg)
except Exception as error:
    print(type(error).__name__, error)
try:
    print([str(instruction.name) for instruction in Bytecode.from_code(code) if hasattr(instruction, 'name')])
except Exception as error:
    print(type(error).__name__, error)
