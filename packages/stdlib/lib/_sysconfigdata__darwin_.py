"""See _sysconfigdata__linux_."""
from _sysconfigdata__linux_ import build_time_vars
