"""The keyring entries of one account, as a sign-in (sign-in.md#keyring).

Two entries, because each is small enough for every keyring and the access token may be lost without harm.
"""

import asyncio
import contextlib

from softphone.auth.keystore import ENTRY_LIMIT_CHARS, EntryKind, Keystore, entry_of
from softphone.auth.oauth import Token
from softphone.auth.records import Kept, access_record, read_refresh_record, read_token, refresh_record
from softphone.errors import KeystoreError
from softphone.settings.cloud_file import Cloud

DELETE_DEADLINE_S = 5.0  # both entries together; real seconds (sign-in.md#signing-out)


class SavedSignIn:
    """What is stored of one account. Methods raise KeystoreError unless they say otherwise."""

    def __init__(self, cloud: Cloud, keystore: Keystore, account_key: str) -> None:
        self._cloud = cloud
        self._keystore = keystore
        self.account_key = account_key
        self._refresh = entry_of(cloud, EntryKind.REFRESH, account_key)
        self._access = entry_of(cloud, EntryKind.ACCESS, account_key)

    async def read(self) -> tuple[Token, int] | None:
        """Return the token and its generation; None when nothing usable is stored."""
        return read_token(await self.read_kept(), await self._keystore.read(self._access))

    async def read_kept(self) -> Kept | None:
        """Return what the refresh entry holds."""
        text = await self._keystore.read(self._refresh)
        return read_refresh_record(text, self._cloud, self.account_key)

    async def write(self, token: Token, generation: int) -> None:
        """Store both, the refresh entry first: it alone brings the sign-in back (sign-in.md#saving)."""
        record = refresh_record(self._cloud, self.account_key, token, generation)
        await self._keystore.write(self._refresh, record)
        record = access_record(token, generation)
        if len(record) <= ENTRY_LIMIT_CHARS:
            with contextlib.suppress(KeystoreError):  # it can be had again
                await self._keystore.write(self._access, record)
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
