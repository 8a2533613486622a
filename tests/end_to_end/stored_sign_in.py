"""Leaves a sign-in in the keyring: `python -m tests.end_to_end.stored_sign_in CLOUD_FILE NAME PASSWORD`."""

import asyncio
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from softphone.app import Program
from softphone.settings import cloud_file as config
from softphone.system.folders import find_folders
from tests.end_to_end.test_own_browser import Browser, sign_in


def main(cloud_file: str, name: str, password: str) -> None:
    """Sign in with a browser, see the line registered, and leave."""
    folders = find_folders()
    folders.make()
    program = Program(cloud=config.load_cloud(Path(cloud_file), folders), folders=folders)
    base = program.cloud.api_url.removesuffix("/v1")
    cloud: Any = SimpleNamespace(base=base, users=[SimpleNamespace(name=name, password=password)])
    with asyncio.Runner() as runner:
        runner.run(sign_in(program, Browser(cloud)))


if __name__ == "__main__":
    main(*sys.argv[1:])
