"""Processes this one started, read from /proc: what must be gone when a test ends."""

import os
from pathlib import Path


def engine_processes() -> set[int]:
    """Process ids of all that the web engine started below this process: its two starters, and pages."""
    return {process_id for process_id, command in descendants(os.getpid()) if b"--type=" in command}


def renderers() -> list[int]:
    """Process ids of the web engine's page renderers below this process.

    They are forked from a zygote and keep its command line; unlike a zygote they have many threads.
    """
    return [
        process_id
        for process_id, command in descendants(os.getpid())
        if (b"--type=zygote" in command or b"--type=renderer" in command) and _threads(process_id) > 1
    ]


def _threads(process_id: int) -> int:
    try:
        return len(list(Path(f"/proc/{process_id}/task").iterdir()))
    except OSError:
        return 0


def is_alive(process_id: int) -> bool:
    """Whether a process runs (one that only waits to be reaped does not)."""
    try:
        stat = Path(f"/proc/{process_id}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def descendants(ancestor: int) -> list[tuple[int, bytes]]:
    """Process ids and command lines of all processes below the given one."""
    parents: dict[int, int] = {}
    commands: dict[int, bytes] = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            stat = (entry / "stat").read_text()
            command = (entry / "cmdline").read_bytes()
        except OSError:
            continue  # gone meanwhile
        parents[int(entry.name)] = int(stat.rpartition(")")[2].split()[1])
        commands[int(entry.name)] = command

    def descends(process_id: int) -> bool:
        while process_id in parents:
            process_id = parents[process_id]
            if process_id == ancestor:
                return True
        return False

    return [(process_id, commands[process_id]) for process_id in parents if descends(process_id)]
