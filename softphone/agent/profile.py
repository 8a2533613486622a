"""What a profile remembers from one start to the next: accounts, wanted lines, known WDM devices.

One TOML file, replaced atomically, 0600, no secret in it. A damaged file, or one of a newer program, is set
aside under another name and reported; the profile then starts empty.
"""

import logging
import tomllib
from pathlib import Path

import msgspec
import tomli_w

from softphone.errors import ConfigError
from softphone.line.model import Account, Service
from softphone.whole_file import replace_file, set_aside, sweep
from softphone.words import phrase

_log = logging.getLogger(__name__)

VERSION = 1
KNOWN_DEVICES_AT_MOST = 20  # the service allows about 100 per user; older ones have long expired


class _AccountRecord(msgspec.Struct, omit_defaults=True):
    address: str = ""
    name: str = ""
    organisation: str = ""
    device_url: str = ""
    other_device_urls: dict[str, str] = {}  # by service, but for calling
    known_device_urls: list[str] = []
    unwanted: list[str] = []  # services whose line the user switched off


class _Document(msgspec.Struct):
    version: int = VERSION
    clouds: dict[str, dict[str, _AccountRecord]] = {}


class Profile:
    """The accounts of one cloud in one profile file.

    `notice` says, in a sentence for a person, what was set aside when the file was read; else it is None.
    Every change is on disk before the call returns; one that cannot be written raises ConfigError.
    """

    def __init__(self, path: Path, cloud: str) -> None:
        """`cloud` tells the accounts of different services apart: its API address."""
        self._path = path
        self._cloud = cloud
        self.notice: str | None = None
        sweep(path)
        self._document = self._read()

    # ---- accounts

    def accounts(self) -> tuple[Account, ...]:
        """Return the accounts that were signed in, in the order of their first sign-in."""
        return tuple(
            Account(key=key, address=record.address, name=record.name, organisation=record.organisation)
            for key, record in self._accounts().items()
        )

    def remember_account(self, account: Account) -> None:
        """Keep who is signed in, to find the sign-in in the keyring at the next start."""
        record = self._record(account.key)
        record.address, record.name = account.address, account.name
        record.organisation = account.organisation
        self._write()

    def forget_account(self, key: str) -> None:
        """Forget everything about an account."""
        if self._accounts().pop(key, None) is not None:
            self._write()

    # ---- the user's wish, per line

    def wanted(self, key: str, service: Service) -> bool:
        """Whether the user wants this line registered; a new line is wanted."""
        record = self._accounts().get(key)
        return record is None or service.value not in record.unwanted

    def want(self, key: str, service: Service, *, wanted: bool) -> None:
        """Keep the user's wish."""
        if self.wanted(key, service) is wanted:
            return
        record = self._record(key)
        if wanted:
            record.unwanted = [name for name in record.unwanted if name != service.value]
        else:
            record.unwanted = [*record.unwanted, service.value]
        self._write()

    # ---- WDM devices (webex.provider.DeviceMemory)

    def device_url(self, account_key: str, service: Service = Service.CALLING) -> str | None:
        """Return the WDM device of this installation for the service's line, to be used again."""
        record = self._accounts().get(account_key) or _AccountRecord()
        url = record.device_url if service is Service.CALLING else record.other_device_urls.get(service.value)
        return url or None

    def known_device_urls(self, account_key: str) -> frozenset[str]:
        """Return every WDM device this installation has used: how our own orphans are known."""
        record = self._accounts().get(account_key)
        return frozenset(record.known_device_urls) if record else frozenset()

    def remember_device(self, account_key: str, url: str, service: Service = Service.CALLING) -> None:
        """Keep the WDM device in use; written before it can carry a registration."""
        record = self._record(account_key)
        if self.device_url(account_key, service) == url and url in record.known_device_urls:
            return
        if service is Service.CALLING:
            record.device_url = url
        else:
            record.other_device_urls[service.value] = url
        others = [known for known in record.known_device_urls if known != url]
        record.known_device_urls = [*others, url][-KNOWN_DEVICES_AT_MOST:]
        self._write()

    def forget_device(self, account_key: str, url: str) -> None:
        """The WDM device is gone; it stays known, for a Mobius device on it may not be."""
        record = self._accounts().get(account_key)
        if record is None or url not in {record.device_url, *record.other_device_urls.values()}:
            return
        if record.device_url == url:
            record.device_url = ""
        others = record.other_device_urls.items()
        record.other_device_urls = {service: other for service, other in others if other != url}
        self._write()

    # ---- the file

    def _accounts(self) -> dict[str, _AccountRecord]:
        return self._document.clouds.setdefault(self._cloud, {})

    def _record(self, key: str) -> _AccountRecord:
        return self._accounts().setdefault(key, _AccountRecord())

    def _read(self) -> _Document:
        try:
            text = self._path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return _Document()
        except UnicodeDecodeError:
            return self._set_aside("damaged")
        except OSError as error:
            raise ConfigError(
                f"{self._path}: cannot be read ({error.strerror}). "
                "Make it readable, or choose another --profile."
            ) from error
        try:
            document = msgspec.convert(tomllib.loads(text), _Document)
        except (tomllib.TOMLDecodeError, msgspec.ValidationError):
            return self._set_aside("damaged")
        if document.version > VERSION:
            return self._set_aside("newer")
        return document

    def _set_aside(self, why: str) -> _Document:
        try:
            aside = set_aside(self._path, why)
        except OSError as error:
            raise ConfigError(
                f"{self._path}: is {why} and cannot be renamed ({error.strerror}). Move it away by hand."
            ) from error
        self.notice = phrase(
            "The profile file was damaged. It was kept as {file}; sign in again to go on."
            if why == "damaged"
            else "The profile file was written by a newer version of this program. It was kept as {file}; "
            "sign in again to go on.",
            file=aside.name,
        )
        _log.info("profile file set aside as %s", aside)
        return _Document()

    def _write(self) -> None:
        encoded = tomli_w.dumps(msgspec.to_builtins(self._document))
        try:
            replace_file(self._path, encoded)
        except OSError as error:
            raise ConfigError(
                f"{self._path}: cannot be written ({error.strerror}). "
                "Make the folder writable, or set SOFTPHONE_HOME."
            ) from error
