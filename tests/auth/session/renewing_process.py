"""A second copy of the program that renews once.

`python -m tests.auth.session.renewing_process CLOUD KEYS STATE`.
It restores Ada's sign-in from the file KEYS (which stands in for the keyring that processes share), says
"ready", waits for a line on stdin, renews and prints the access token it then holds.
"""

import asyncio
import json
import os
import sys
from functools import partial
from pathlib import Path

from softphone.auth.keystore import Entry, MemoryKeystore
from softphone.auth.renewal import excluding_others
from softphone.auth.session import Session
from softphone.auth.token_service import TokenService
from softphone.settings import cloud_file as config
from softphone.settings.cloud_file import Cloud
from softphone.webex.client import Client


class SharedKeystore(MemoryKeystore):
    """Secrets in a file, for tests in which two processes share a keyring."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    async def _read(self, entry: Entry) -> str | None:
        return self._all().get(entry.service)

    async def _write(self, entry: Entry, value: str) -> None:
        self._replace(self._all() | {entry.service: value})

    async def _delete(self, entry: Entry) -> None:
        self._replace({name: value for name, value in self._all().items() if name != entry.service})

    def _all(self) -> dict[str, str]:
        return dict(json.loads(self._path.read_text())) if self._path.exists() else {}

    def _replace(self, values: dict[str, str]) -> None:
        other = self._path.with_suffix(f".{os.getpid()}")
        other.write_text(json.dumps(values))
        other.replace(self._path)


async def renew_once(cloud: Cloud, keys: str, state: str) -> None:
    client = Client(cloud)
    session = await Session.restore(
        TokenService(cloud=cloud, post_form=client.post_form),
        "ada",
        keystore=SharedKeystore(Path(keys)),
        lock=partial(excluding_others, Path(state)),
    )
    assert session is not None
    held = await session.access_token()
    say("ready")
    await asyncio.to_thread(sys.stdin.readline)
    say(await session.renew(held))
    await session.close()
    await client.close()


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    cloud_file, *places = sys.argv[1:]
    found = config.read_cloud(Path(cloud_file).read_text(), cloud_file)
    with asyncio.Runner() as runner:
        runner.run(renew_once(found, *places))
