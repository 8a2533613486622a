"""Doubles for session tests: a token endpoint in memory, a keyring that fails on demand, a clock by hand."""

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Any

from softphone.auth.keystore import Entry, MemoryKeystore
from softphone.auth.token_service import Clock
from softphone.errors import KeystoreError, RequestError
from softphone.line.failure import Disposition, ErrorType, Failure

Answer = tuple[int, dict[str, Any] | bytes] | Exception


class TokenEndpoint:
    """Answers forms from a script; without one it grants a new pair each time."""

    def __init__(self) -> None:
        self.forms: list[tuple[str, dict[str, str], tuple[str, str] | None]] = []
        self.script: list[Answer] = []
        self.revoke_answer: Answer = (200, b"")
        self.gate: asyncio.Event | None = None
        self.life_s = 1_209_600

    async def post_form(
        self, url: str, form: Mapping[str, str], *, basic: tuple[str, str] | None = None
    ) -> tuple[int, Mapping[str, str], bytes]:
        self.forms.append((url, dict(form), basic))
        if self.gate is not None:
            await self.gate.wait()
        answer = self.revoke_answer if "token" in form else self._next()
        if isinstance(answer, Exception):
            raise answer
        status, body = answer
        return status, {}, body if isinstance(body, bytes) else json.dumps(body).encode()

    def _next(self) -> Answer:
        return self.script.pop(0) if self.script else (200, self.grant(len(self.forms)))

    def grant(self, number: int, **changes: Any) -> dict[str, Any]:
        fields = {
            "access_token": f"access-{number}",
            "refresh_token": f"refresh-{number}",
            "expires_in": self.life_s,
            "refresh_token_expires_in": 7_776_000,
            "token_type": "Bearer",
        }
        return fields | changes

    def of_kind(self, kind: str) -> list[dict[str, str]]:
        return [form for _, form, _ in self.forms if form.get("grant_type") == kind]

    @property
    def renewals(self) -> int:
        return len(self.of_kind("refresh_token"))

    @property
    def revoked(self) -> list[str]:
        return [form["token"] for _, form, _ in self.forms if "token" in form]


def no_answer(disposition: Disposition = Disposition.DEAD_HOST) -> RequestError:
    return RequestError(
        Failure(
            disposition=disposition,
            error_type=ErrorType.NETWORK,
            title="No answer from webexapis.com",
            advice="It took too long.",
        )
    )


class TroubledKeystore(MemoryKeystore):
    """Fails the next so many writes, and deletes when told to."""

    def __init__(self) -> None:
        super().__init__()
        self.failing_writes = 0
        self.failing_deletes = False
        self.before_write: Callable[[], Any] = lambda: None
        self.writes: list[str] = []

    async def write(self, entry: Entry, value: str) -> None:
        self.before_write()
        if self.failing_writes > 0:
            self.failing_writes -= 1
            raise KeystoreError("no")
        self.writes.append(entry.kind.value)
        await super().write(entry, value)

    async def delete(self, entry: Entry) -> None:
        if self.failing_deletes:
            raise KeystoreError("no")
        await super().delete(entry)


class HandClock:
    """Wall and monotonic clock that move only by hand; sleepers wake when `tick` passes their time."""

    def __init__(self) -> None:
        self.wall_s = 1_800_000_000.0
        self.mono_s = 1000.0
        self.slept: list[float] = []
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []

    @property
    def clock(self) -> Clock:
        return Clock(lambda: self.wall_s, lambda: self.mono_s, self._sleep, lambda: 0.5)

    async def _sleep(self, delay_s: float) -> None:
        self.slept.append(delay_s)
        waker = asyncio.get_running_loop().create_future()
        self._sleepers.append((self.mono_s + delay_s, waker))
        await waker

    async def tick(self, delay_s: float, *, step_s: float = 60.0) -> None:
        """Let time pass on both clocks, waking sleepers on the way."""
        await settle()
        until_s = self.mono_s + delay_s
        while self.mono_s < until_s:
            step = min(step_s, until_s - self.mono_s)
            self.mono_s += step
            self.wall_s += step
            for at_s, waker in list(self._sleepers):
                if at_s <= self.mono_s:
                    self._sleepers.remove((at_s, waker))
                    if not waker.done():
                        waker.set_result(None)
            await settle()


async def settle() -> None:
    for _ in range(12):
        await asyncio.sleep(0)
