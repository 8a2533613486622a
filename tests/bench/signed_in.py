"""The program with its keyring in memory: `python -m tests.bench.signed_in SECRETS ARGUMENTS`.

SECRETS is the file that `keep` wrote; ARGUMENTS are those of `softphone`.
"""

import asyncio
import contextlib
import os
import pickle
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from softphone import cli
from softphone.commands import window
from softphone.commands.shared import program as of_options
from softphone.values import replace

if TYPE_CHECKING:
    from softphone.app import Program
    from softphone.sim.server import CloudServer


def keep(cloud: "CloudServer", home: Path) -> Path:
    """Sign the first person of a cloud in, in that home; return the file of what a keyring would hold."""
    from softphone.app import Program
    from softphone.auth.keystore import MemoryKeystore
    from softphone.settings.cloud_file import load_cloud
    from softphone.system.folders import Folders
    from tests.end_to_end.test_own_browser import Browser, sign_in

    class Keyring(MemoryKeystore):
        def close(self) -> None:
            """Keep everything."""

    folders, keyring = Folders(config=home / "config", state=home / "state"), Keyring()
    folders.make()
    program = Program(cloud=load_cloud(cloud.cloud_file, folders), folders=folders, keystore=keyring)
    with asyncio.Runner() as runner:
        runner.run(sign_in(program, Browser(cloud)))
    file = home / "secrets.pickle"  # of a cloud that ends with the measurement
    file.write_bytes(pickle.dumps(keyring._values))
    return file


def main(secrets: str) -> int:
    """Run the program with that keyring."""
    opened = of_options.program_for

    @contextlib.contextmanager
    def with_keyring(options: Any, **more: bool) -> Iterator["Program"]:
        with opened(options, **more) as program:
            from softphone.auth.keystore import MemoryKeystore

            keyring = MemoryKeystore()
            keyring._values.update(pickle.loads(Path(secrets).read_bytes()))  # noqa: S301 - written by this benchmark
            yield replace(program, keystore=keyring)

    vars(window)["program_for"] = with_keyring
    return cli.main()


if __name__ == "__main__":
    file = sys.argv.pop(1)
    os._exit(main(file))
