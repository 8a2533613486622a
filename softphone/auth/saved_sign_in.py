"""What the keyring keeps of a sign-in (sign-in.md#keyring): two entries of JSON text, and who writes them.

Two entries, because each is small enough for every keyring (Windows takes 1,280 characters) and the access
token may be lost without harm.
"""

import asyncio
import contextlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Annotated, TypeVar

import msgspec

from softphone.auth.changes import Change, OnChange
from softphone.auth.keystore import ENTRY_LIMIT_CHARS, EntryKind, Keystore, entry_of
from softphone.auth.token_answer import Token
from softphone.auth.token_service import TokenService
from softphone.auth.untrusted import BadJsonError, read_json
from softphone.errors import KeystoreError
from softphone.settings.cloud_file import Cloud
from softphone.system.tasks import end
from softphone.values import replace

# Waits for the keyring: real seconds, but the retries are multiplied by the policy's time_scale.
DELETE_DEADLINE_S = 5.0  # both entries together (sign-in.md#signing-out)
SAVE_PATIENCE_S = 5.0  # an open keyring prompt must not hold up every line
SAVE_RETRY_S = (5.0, 30.0, 120.0)

_VERSION = 1
_Moment = Annotated[float, msgspec.Meta(ge=0, lt=1e11)]  # seconds since the epoch: until the year 5138
_LIMIT_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What the refresh entry holds. `generation` counts renewals: the higher one is the newer one."""

    version: int = _VERSION
    client_id: str
    issuer: str
    account: str
    refresh_token: str = field(repr=False)
    refresh_expires_at: _Moment | None = None
    scopes: tuple[str, ...]
    obtained_at: _Moment
    generation: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Access:
    """What the access entry holds."""

    version: int = _VERSION
    access_token: str = field(repr=False)
    expires_at: _Moment
    obtained_at: _Moment
    generation: int


_T = TypeVar("_T", Kept, _Access)


class SavedSignIn:
    """What is stored of one account. Methods raise KeystoreError unless they say otherwise."""

    def __init__(self, cloud: Cloud, keystore: Keystore, account_key: str) -> None:
        self.account_key = account_key
        self._keystore = keystore
        self._cloud = cloud
        self._refresh = entry_of(cloud, EntryKind.REFRESH, account_key)
        self._access = entry_of(cloud, EntryKind.ACCESS, account_key)

    async def read(self) -> tuple[Token, int] | None:
        """Return the token and its generation; None when nothing usable is stored.

        Without a fitting access entry the token is one that has expired. The access entry alone is a token
        that nothing renews: its refresh entry was dropped, or cannot be read.
        """
        kept = await self.read_kept()
        access = _read(await self._keystore.read(self._access), _Access)
        token = None
        if access is not None and access.access_token and access.expires_at and access.obtained_at:
            token = Token(
                access_token=access.access_token,
                expires_at=access.expires_at,
                obtained_at=access.obtained_at,
            )
        if kept is None:
            return (token, access.generation) if token is not None and access is not None else None
        if token is None or access is None or access.generation != kept.generation:
            token = Token(access_token="", expires_at=0.0, obtained_at=kept.obtained_at)
        return replace(
            token,
            refresh_token=kept.refresh_token,
            refresh_expires_at=kept.refresh_expires_at,
            scopes=kept.scopes,
        ), kept.generation

    async def read_kept(self) -> Kept | None:
        """Return what the refresh entry holds; None for one that is damaged, newer, or another's (K07)."""
        kept = _read(await self._keystore.read(self._refresh), Kept)
        own = (self._cloud.client_id, self._cloud.token_url, self.account_key)
        if kept is None or not kept.refresh_token or (kept.client_id, kept.issuer, kept.account) != own:
            return None
        return kept

    async def write(self, token: Token, generation: int) -> None:
        """Store both, the refresh entry first: it alone brings the sign-in back (sign-in.md#saving)."""
        kept = Kept(
            client_id=self._cloud.client_id,
            issuer=self._cloud.token_url,
            account=self.account_key,
            refresh_token=token.refresh_token or "",
            refresh_expires_at=token.refresh_expires_at,
            scopes=token.scopes,
            obtained_at=token.obtained_at,
            generation=generation,
        )
        await self._keystore.write(self._refresh, _text(kept))
        access = _text(
            _Access(
                access_token=token.access_token,
                expires_at=token.expires_at,
                obtained_at=token.obtained_at,
                generation=generation,
            )
        )
        if len(access) <= ENTRY_LIMIT_CHARS:
            with contextlib.suppress(KeystoreError):  # it can be had again
                await self._keystore.write(self._access, access)
        else:
            await self._keystore.delete(self._access)  # K06: memory only

    async def delete(self, *kinds: EntryKind, by_person: bool = False) -> list[str]:
        """Delete the entries of these kinds, or both; return the names of those that could not be.

        Never raises. A keyring gets five seconds; `by_person`: it may ask to be unlocked.
        """
        entries = [entry for entry in (self._refresh, self._access) if entry.kind in kinds or not kinds]
        left = [entry.service for entry in entries]
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(DELETE_DEADLINE_S):
                if by_person:
                    with contextlib.suppress(KeystoreError):
                        await self._keystore.unlock()
                for entry in entries:
                    with contextlib.suppress(KeystoreError):
                        await self._keystore.delete(entry)
                        left.remove(entry.service)
        return left


def _text(record: Kept | _Access) -> str:
    return json.dumps(asdict(record), separators=(",", ":"))


def _read(text: str | None, kind: type[_T]) -> _T | None:
    """Return what an entry holds; None when it is damaged or of another version."""
    try:
        value = read_json((text or "").encode("utf-8", "replace"), limit_bytes=_LIMIT_BYTES)
        record = msgspec.convert(value, kind)
    except (BadJsonError, msgspec.ValidationError):
        return None
    return record if record.version == _VERSION else None


class Keeper:
    """Keeps the tokens of one session in the keyring, as soon as it is known whose they are.

    `generation` counts renewals. `is_saved`: the keyring holds what the session holds; without, quitting the
    program ends the sign-in.
    """

    def __init__(
        self,
        service: TokenService,
        keystore: Keystore,
        tell: OnChange,
        *,
        account_key: str = "",
        generation: int = 0,
    ) -> None:
        """`account_key` says that the token came from the keyring."""
        self.generation = generation
        self._cloud = service.cloud
        self._clock = service.clock
        self._keystore = keystore
        self._tell = tell
        self._saved: SavedSignIn | None = None
        if account_key:
            self._saved = SavedSignIn(self._cloud, keystore, account_key)
        self.is_saved: bool = bool(account_key)
        self._is_taken = bool(account_key)  # the keyring has taken this sign-in before
        self._storing: asyncio.Task[None] | None = None  # the first time, and again by the person's wish
        self._saver: asyncio.Task[None] | None = None

    @property
    def account_key(self) -> str:
        """Whose entries hold this sign-in; empty while none does."""
        return self._saved.account_key if self._saved is not None and self._is_taken else ""

    def belongs_to(self, account_key: str) -> None:
        """Say whose it is and store nothing."""
        self._saved = SavedSignIn(self._cloud, self._keystore, account_key)
        self.is_saved = self._is_taken = False

    async def keep(self, account_key: str, held: Callable[[], Token], *, is_lapsing: bool) -> None:
        """Store what the session holds. What nothing renews any more stays where it is stored.

        Raises KeystoreError; this may be called again then.
        """
        is_new = not self.is_saved
        if self._saved is None or not is_lapsing:
            self.belongs_to(account_key)
        if self._saved is not None and held().refresh_token is not None:
            if self._storing is None or self._storing.done():
                storing = self._store(self._saved, held, is_new=is_new)
                self._storing = asyncio.create_task(storing, name="keeper")  # an end waits a moment for it
            await asyncio.shield(self._storing)

    async def _store(self, saved: SavedSignIn, held: Callable[[], Token], *, is_new: bool) -> None:
        if is_new:
            await self._keystore.unlock(make=True)
        written = None
        while written is not held():  # one that was renewed meanwhile is written, too
            written = held()
            await saved.write(written, self.generation)
        self.is_saved = self._is_taken = True

    async def read(self, own: Token) -> tuple[Token, int]:
        """Return what the keyring holds and its generation, if newer; a prompt is not waited for."""
        if self._saved is None or not self._is_taken:
            return own, self.generation
        try:
            async with asyncio.timeout(SAVE_PATIENCE_S):
                stored = await self._saved.read()
        except (KeystoreError, TimeoutError):
            return own, self.generation
        # Equal generations: we had read the refresh entry before the access entry was written.
        newer = stored is not None and stored[1] >= self.generation and stored[0].refresh_token
        return stored if stored is not None and newer else (own, self.generation)

    async def read_kept(self) -> Kept | None:
        """Return what the refresh entry holds; None also when it cannot be read."""
        if self._saved is not None:
            with contextlib.suppress(KeystoreError):
                return await self._saved.read_kept()
        return None

    async def save_soon(self, token: Token) -> None:
        """Save in the background and wait for it, but not for a person in front of a prompt."""
        if self._saver is not None:
            self._saver.cancel()
        if not self._is_taken or self._saved is None:
            return
        tried = asyncio.Event()
        saving = self._save_until_done(self._saved, token, self.generation, tried)
        self._saver = asyncio.create_task(saving, name="saver")
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SAVE_PATIENCE_S):
                await tried.wait()

    async def _save_until_done(
        self, saved: SavedSignIn, token: Token, generation: int, tried: asyncio.Event
    ) -> None:
        for wait_s in (*SAVE_RETRY_S, 0.0):
            try:
                await saved.write(token, generation)
            except KeystoreError as error:
                self._saved_or_not(error)
            else:
                self._saved_or_not(None)
                return
            finally:
                tried.set()
            await self._clock.sleep(wait_s * self._cloud.policy.time_scale)

    def _saved_or_not(self, error: KeystoreError | None) -> None:
        """Say it when that has changed."""
        was_saved, self.is_saved = self.is_saved, error is None
        if self.is_saved is not was_saved:
            self._tell(Change.SAVED if self.is_saved else Change.NOT_SAVED, error)

    async def drop(self, kind: EntryKind) -> None:
        """Delete that entry, if this sign-in is stored."""
        if self._saver is not None:
            self._saver.cancel()  # it would put the entry back
        if self._is_taken and self._saved is not None:
            await self._saved.delete(kind)

    async def end(self) -> None:
        """Delete the access entry: access has ended, and with it the sign-in."""
        await self.drop(EntryKind.ACCESS)
        self.is_saved = self._is_taken = False

    async def empty(self) -> list[str]:
        """Delete what is stored by the person's wish; return the names of the entries that could not be."""
        self.is_saved = self._is_taken = False
        return [] if self._saved is None else await self._saved.delete(by_person=True)

    async def stop(self, *, after_s: float) -> None:
        """Write nothing any more; what is being written gets that long."""
        for writing in (self._storing, self._saver):
            await end(writing, after_s=after_s)
        self._storing = self._saver = None
