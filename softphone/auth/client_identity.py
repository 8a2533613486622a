"""Who this program is at the sign-in service: the client ID and the client secret of its integration.

An organisation's policy, the cloud file or the environment give them; else they are what a person has entered
in the window, which the keyring keeps (sign-in.md#keyring). A change holds from the next sign-in on.
"""

import asyncio
import contextlib
import os
import re
from collections.abc import Callable, Mapping
from functools import partial

from msgspec import Struct

from softphone.auth.keystore import Keystore, client_entry_of, secret_entry_of
from softphone.errors import ConfigError, KeystoreAbsent, KeystoreError
from softphone.settings.cloud_file import CLIENT_SECRET_VARIABLE, Cloud, read_client_secret
from softphone.system.background import in_thread
from softphone.values import replace

_ID = re.compile(r"[\x21-\x7e]{1,200}")  # a real one has 65 characters


class SetUp(Struct, frozen=True, kw_only=True):
    """What a person must know who registers this program at the service, and what is entered already.

    `client_id` is empty while nobody can sign in. `source` says where the ID is fixed, and is empty when it
    can be entered in the window; `with_secret` whether a secret is to be entered with it.
    """

    redirect_uris: tuple[str, ...]
    scopes: tuple[str, ...]
    client_id: str = ""
    source: str = ""
    with_secret: bool = True


class ClientIdentity:
    """The integration of one cloud. `cloud` is the cloud with the client ID that holds at the moment.

    `on_change` is called when that ID is found, or entered, or could not be looked for. `unread`: one may be
    in a keyring that is locked or does not answer.
    """

    def __init__(
        self,
        cloud: Cloud,
        keystore: Keystore,
        environment: Mapping[str, str] = os.environ,
        *,
        on_enter: Callable[[], None] = lambda: None,
    ) -> None:
        """`on_enter` is called when a person enters an ID: from now on the keyring may hold one."""
        self.on_change: Callable[[], None] = lambda: None
        self._on_enter = on_enter
        self.cloud: Cloud = cloud
        self.unread: bool = False
        self._given = cloud
        self._keystore = keystore
        self._environment = environment
        self._secret = ""

    @property
    def set_up(self) -> SetUp:
        """What the window's guide shows."""
        given = self._given
        return SetUp(
            redirect_uris=(given.redirect_uri, *given.spare_redirect_uris),
            scopes=given.scopes,
            client_id=self.cloud.client_id,
            source=given.source if given.client_id else "",
            with_secret=not (self._environment.get(CLIENT_SECRET_VARIABLE) or given.client_secret_file),
        )

    async def load(self, *, by_person: bool = False) -> None:
        """Look for the client ID that was entered before, unless one is given. Raises KeystoreError.

        `by_person`: somebody wants to sign in with it, so a locked keyring asks to be unlocked.
        """
        if not self.cloud.client_id:
            if by_person:
                await self._keystore.unlock()
            try:
                client_id = await self._keystore.read(client_entry_of(self._given)) or ""
            except KeystoreError as error:
                self._note_unread(unread=not isinstance(error, KeystoreAbsent))
                raise
            self._note_unread(unread=False)
            if _ID.fullmatch(client_id) and not self.cloud.client_id:
                self._use(client_id)

    async def secret(self, *, patience_s: float | None = None) -> str:
        """Return the client secret, empty when there is none to be had. Raises ConfigError for a bad file.

        A slow keyring is waited for that long: few have a secret there.
        """
        if from_environment := self._environment.get(CLIENT_SECRET_VARIABLE):
            return from_environment
        if self._given.client_secret_file is not None:
            return await in_thread(partial(read_client_secret, self._given.client_secret_file))
        if not self._secret:
            with contextlib.suppress(KeystoreError, TimeoutError):
                async with asyncio.timeout(patience_s):
                    self._secret = await self._keystore.read(secret_entry_of(self.cloud)) or ""
        return self._secret

    async def enter(self, client_id: str, client_secret: str) -> None:
        """Use this ID and secret from now on, and keep them in the keyring.

        Raises ConfigError for what cannot be one, and KeystoreError when they last until the program quits.
        """
        client_id, client_secret = client_id.strip(), client_secret.strip()
        if self._given.client_id:
            raise ConfigError("The client ID is fixed on this computer.", title="Already set up")
        if not _ID.fullmatch(client_id):
            raise ConfigError(
                "Paste the client ID as it stands on the portal: one word.", title="No client ID"
            )
        if self.set_up.with_secret and not _ID.fullmatch(client_secret):
            raise ConfigError(
                "Paste the client secret as it stands on the portal: one word. The portal shows it once.",
                title="No client secret",
            )
        self._secret = client_secret
        self._on_enter()
        self._use(client_id)
        await self._keystore.unlock(make=True)
        if client_secret:
            await self._keystore.write(secret_entry_of(self.cloud), client_secret)
        await self._keystore.write(client_entry_of(self._given), client_id)

    def _note_unread(self, *, unread: bool) -> None:
        if unread is not self.unread:
            self.unread = unread
            self.on_change()

    def _use(self, client_id: str) -> None:
        self.cloud = replace(self._given, client_id=client_id)
        self.on_change()
