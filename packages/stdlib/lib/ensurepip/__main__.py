"""py -m ensurepip"""
import sys

import ensurepip

if __name__ == "__main__":
    try:
        sys.exit(ensurepip._main())
    except RuntimeError as error:
        sys.exit(f"Error: {error}")
