"""Renewing where several processes share one sign-in: R06 to R08 of sign-in.md#r-vectors."""

import asyncio
import contextlib
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from softphone.auth.changes import Change
from softphone.auth.keystore import MemoryKeystore
from softphone.auth.oauth import begin_sign_in, read_redirect
from softphone.auth.renewal import excluding_others
from softphone.auth.saved_sign_in import SavedSignIn
from softphone.auth.session import Session
from softphone.auth.token_answer import Token
from softphone.auth.token_service import TokenService
from softphone.errors import RenewalError
from softphone.settings import cloud_file
from softphone.settings.cloud_file import Cloud
from softphone.sim.server import CloudServer
from softphone.system.files import LockFile
from softphone.webex.client import Client
from tests.auth.endpoint import HandClock, TokenEndpoint, settle
from tests.auth.session.renewing_process import SharedKeystore
from tests.kit.browsing import redirect_of

pytestmark = pytest.mark.slow  # real waits and processes: seconds, not milliseconds

CLOUD = Cloud(client_id="client-1")


class Pair:
    """Two sessions of one account on one keyring, as two copies of the program have them."""

    def __init__(self, folder: Path, *, wait_s: float = 5.0) -> None:
        self.endpoint, self.keystore, self.hand = TokenEndpoint(), MemoryKeystore(), HandClock()
        self.lock = partial(excluding_others, folder, wait_s=wait_s)
        self.sessions: list[Session] = []
        self.heard: list[Change] = []

    async def restore(self) -> Session:
        service = TokenService(cloud=CLOUD, post_form=self.endpoint.post_form, clock=self.hand.clock)
        session = await Session.restore(service, "ada", keystore=self.keystore, lock=self.lock)
        assert session is not None
        session.on_change = lambda change, error: self.heard.append(change)
        self.sessions.append(session)
        return session

    async def store(self, *, life_s: float = 86_400.0, generation: int = 0) -> None:
        now = self.hand.wall_s
        token = Token(
            access_token="access-0", expires_at=now + life_s, refresh_token="refresh-0", obtained_at=now
        )
        await SavedSignIn(CLOUD, self.keystore, "ada").write(token, generation)


@contextlib.asynccontextmanager
async def two_sessions(folder: Path, **changes: Any) -> AsyncIterator[tuple[Pair, Session, Session]]:
    pair = Pair(folder, **changes)
    await pair.store()
    first, second = await pair.restore(), await pair.restore()
    try:
        yield pair, first, second
    finally:
        for session in pair.sessions:
            await session.close()


async def test_r06_two_sessions_renew_with_one_request(tmp_path: Path):
    async with two_sessions(tmp_path) as (pair, first, second):
        answers = await asyncio.gather(first.renew("access-0"), second.renew("access-0"))
        assert answers == ["access-1", "access-1"]
        assert pair.endpoint.renewals == 1
        assert pair.heard == [Change.RENEWED, Change.RENEWED]


async def test_each_later_renewal_is_adopted_too(tmp_path: Path):
    async with two_sessions(tmp_path) as (pair, first, second):
        held = "access-0"
        for number in (1, 2, 3):
            pair.hand.mono_s += 61
            held_now = await first.renew(held)
            assert held_now == f"access-{number}"
            assert await second.renew(held) == held_now
            held = held_now
        assert pair.endpoint.renewals == 3


async def test_a_token_the_other_renewed_that_has_ended_is_renewed_with_its_own_refresh_token(tmp_path: Path):
    async with two_sessions(tmp_path) as (pair, first, second):
        await pair.store(life_s=-1.0, generation=4)
        assert await first.renew("access-0") == "access-1"
        assert await second.renew("access-0") == "access-1"
        stored = await SavedSignIn(CLOUD, pair.keystore, "ada").read()
        assert stored is not None
        assert stored[1] == 5


async def test_a_lock_that_is_never_free_is_trouble_and_the_live_token_is_used(tmp_path: Path):
    async with two_sessions(tmp_path, wait_s=0.1) as (pair, first, _):
        async with excluding_others(tmp_path, "ada"):
            with pytest.raises(RenewalError, match="Another copy"):
                await first.renew("access-0")
            assert await first.access_token() == "access-0"
        assert pair.heard == [Change.TROUBLE]
        assert pair.endpoint.renewals == 0
        pair.hand.mono_s += 10
        assert await first.renew("access-0") == "access-1"


async def test_another_account_does_not_wait(tmp_path: Path):
    async with excluding_others(tmp_path, "ada"), excluding_others(tmp_path, "grace", wait_s=0.1):
        pass


async def test_without_a_folder_renewing_goes_on_without_a_lock(tmp_path: Path):
    async with two_sessions(tmp_path / "none") as (pair, first, _):
        assert await first.renew("access-0") == "access-1"
        assert pair.endpoint.renewals == 1


async def test_signing_out_while_waiting_for_the_lock_asks_for_no_token(tmp_path: Path):
    async with two_sessions(tmp_path) as (pair, first, _):
        async with excluding_others(tmp_path, "ada"):
            renewal = asyncio.create_task(first.renew("access-0"))
            await settle()
            await first.sign_out()
        await asyncio.gather(renewal, return_exceptions=True)
        assert pair.endpoint.renewals == 0


async def test_the_lock_files_name_does_not_tell_whose_it_is(tmp_path: Path):
    async with excluding_others(tmp_path, "ada@example.com"):
        pass
    (file,) = sorted(tmp_path.glob("*"))  # noqa: ASYNC240 - a test
    assert re.fullmatch(r"renewal-[0-9a-f]{16}\.lock", file.name)
    assert file.read_bytes() == b""
    assert file.stat().st_mode & 0o777 == 0o600


def test_r07_a_lock_is_free_again_when_its_holder_was_killed(tmp_path: Path):
    path = tmp_path / "some.lock"
    code = (
        "import sys, pathlib; from softphone.system.files import LockFile;"
        "lock = LockFile(pathlib.Path(sys.argv[1])); print(lock.try_acquire(), flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "True\n"
        ours = LockFile(path)
        assert not ours.try_acquire()
        holder.send_signal(signal.SIGKILL)
        holder.wait(10)
        assert ours.try_acquire()
        ours.release()


async def test_r06_two_processes_at_once_send_one_request(tmp_path: Path):
    with CloudServer(seed=2) as server:
        cloud = cloud_file.read_cloud(server.cloud_file.read_text(), "cloud.toml")
        keys = SharedKeystore(tmp_path / "keys.json")
        client = Client(cloud)
        attempt = begin_sign_in(cloud)
        code = read_redirect(attempt, await redirect_of(server, attempt))
        service = TokenService(cloud=cloud, post_form=client.post_form)
        session = await Session.begin(service, attempt, code, keystore=keys)
        await session.keep("ada")
        await session.close()
        await client.close()
        place = [str(server.cloud_file), str(tmp_path / "keys.json"), str(tmp_path)]
        async with contextlib.AsyncExitStack() as stack:
            copies = [await stack.enter_async_context(running_copy(*place)) for _ in range(3)]
            said = await asyncio.gather(*(copy.communicate(b"go\n") for copy in copies))
        assert len({token for token, _ in said}) == 1
        assert [entry["place"] for entry in server.journal()].count("refresh") == 1


@contextlib.asynccontextmanager
async def running_copy(*place: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A second copy of the program that has said it is ready."""
    copy = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.auth.session.renewing_process", *place),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert copy.stdout is not None
        assert await copy.stdout.readline() == b"ready\n"
        yield copy
    finally:
        if copy.returncode is None:
            copy.kill()
        await copy.communicate()
