"""Rooms that fork, limit a process or speak over Unix sockets cannot be imported, or played, on Windows."""

import sys

collect_ignore = ["fuzz", "kills", "mutants", "order"] if sys.platform == "win32" else []
