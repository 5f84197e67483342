import sys

from . import main

try:
    main()
except Exception as error:
    print("Error:", error, file=sys.stderr)
    sys.exit(1)
