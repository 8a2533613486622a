"""What a checkout consists of."""

import os
import shutil
import subprocess
from pathlib import Path

CHECKOUT = Path(__file__).parents[3]
_MADE = frozenset({"build", "dist"})


def git(*arguments: str, root: Path = CHECKOUT) -> str | None:
    """Return what git says; None where there is no git, or nothing of its."""
    if shutil.which("git") is None or not (root / ".git").exists():
        return None
    command = ["git", "-c", f"safe.directory={root}", *arguments]
    done = subprocess.run(command, cwd=root, stdout=subprocess.PIPE, check=True)
    return done.stdout.decode("utf-8", "replace")


def kept(root: Path = CHECKOUT) -> list[Path]:
    """Return the files that belong to a checkout: all but what git ignores, or without git what is made."""
    listed = git("ls-files", "-z", "--cached", "--others", "--exclude-standard", root=root)
    if listed is not None:
        return [file for name in listed.split("\0") if name and (file := root / name).is_file()]
    found = []
    for folder, folders, names in os.walk(root):
        hidden = {name for name in folders if name.startswith((".", "__")) and name not in {".ci", ".github"}}
        folders[:] = sorted({*folders} - hidden - _MADE)
        found += [Path(folder, name) for name in sorted(names)]
    return found
