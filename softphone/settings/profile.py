"""What a profile remembers from one start to the next: accounts, wanted lines, devices.

One TOML file, replaced atomically, 0600, no secret in it. A damaged file, or one of a newer program, is set
aside under another name and reported; the profile then starts empty. Devices of a file that was copied from
another computer are that computer's: they are forgotten here.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from functools import partial
from pathlib import Path

import msgspec
import tomli_w

from softphone.errors import ConfigError
from softphone.i18n import phrase, visible
from softphone.line.model import Account, Service
from softphone.settings.ledger import Ledger, LineRecord
from softphone.settings.this_computer import is_marked, machine_id, mark_of
from softphone.settings.toml_file import VERSION, TomlFile
from softphone.system.background import WriteBehind
from softphone.system.files import is_ours, parse_toml, read_file
from softphone.system.loop_time import within

_log = logging.getLogger(__name__)

KNOWN_DEVICES_AT_MOST = 20  # the service allows about 100 per user; older ones have long expired
_NAME_AT_MOST_CHARS = 300  # as of the service's answers
KEEP_WAIT_S = 1.0  # nothing that matters more waits longer for a disk

_WORDS = {  # shown
    "damaged": "The profile file was damaged. It was kept as {file}; sign in again to go on.",
    "newer": "The profile file was written by a newer version of this program. It was kept as {file}; "
    "sign in again to go on.",
    "stuck": "{file} cannot be used, nor renamed ({why}): nothing is kept for the next start. "
    "Move it away by hand. Your lines work all the same.",
}


class _AccountRecord(msgspec.Struct, omit_defaults=True):
    """A thread may be reading it: lists and dictionaries are replaced, never altered."""

    address: str = ""
    name: str = ""
    organisation: str = ""
    device_url: str = ""
    other_device_urls: dict[str, str] = {}  # by service, but for calling
    known_device_urls: list[str] = []
    unwanted: list[str] = []  # services whose line the user switched off
    lines: dict[str, LineRecord] = {}  # by service

    def leave_devices(self, *, known: bool) -> None:
        """Use the devices no more; a wish and a lost line stay the person's affair.

        `known`: they were used on this computer, so that an orphan on them is still told from other phones.
        """
        self.device_url, self.other_device_urls = "", {}
        self.known_device_urls = self.known_device_urls if known else []
        self.lines = {service: LineRecord(superseded=line.superseded) for service, line in self.lines.items()}


class _Document(msgspec.Struct):
    version: int = VERSION
    machine: str = ""  # the mark of the computer whose devices these are
    place: str = ""  # and of the folder there: a copy beside the first is somebody else
    clouds: dict[str, dict[str, _AccountRecord]] = {}


class Profile:
    """The accounts of one cloud in one profile file; without a path, in memory only.

    A change holds at once and is written soon, by a thread: `kept` waits for it. Where no event loop runs
    that could be held up, each call waits by itself. Nothing raises when the file cannot be written: that is
    a notice.
    """

    def __init__(
        self,
        path: Path | None,
        cloud: str,
        *,
        formerly: Path | None = None,
        machine_folder: Path | None = None,
    ) -> None:
        """`cloud` tells the accounts of different services apart: its API address. Raises ConfigError.

        `formerly` is where the file was before it was moved, by us. In `machine_folder`, by default the
        file's, is the ID of a computer whose system has none for it.
        """
        self._file = None if path is None else TomlFile(path, _WORDS)
        self._cloud = cloud
        self._trouble: str | None = None
        self._on_notice: Callable[[str | None], object] = lambda _: None
        self._writer = WriteBehind(self._write)
        self._texts: dict[tuple[str, str], tuple[bytes, str]] = {}  # of accounts, as they were written last
        self._writing: Future[Exception | None] | None = None
        self._document = self._read()
        if path is not None:
            self._claim(path, machine_id(machine_folder or path.parent), formerly)

    @property
    def notice(self) -> str | None:
        """What a person should know of the file: it was set aside, or it cannot be written just now."""
        return self._trouble or (self._file.notice if self._file else None)

    @property
    def is_failing(self) -> bool:
        """Whether the file cannot be written just now."""
        return self._trouble is not None

    def on_notice(self, listener: Callable[[str | None], object]) -> None:
        """Tell `listener` the notice now, if there is one, and each time it changes."""
        self._on_notice = listener
        if self.notice is not None:
            listener(self.notice)

    # ---- accounts

    @property
    def is_used(self) -> bool:
        """Whether anybody was signed in or set this up here: only then may a keyring hold a thing of ours."""
        return self._cloud in self._document.clouds

    def note_use(self) -> None:
        """Keep that the keyring was given something, whoever is signed in."""
        if not self.is_used:
            self._use({})
            self._changed()

    def accounts(self) -> tuple[Account, ...]:
        """Return the accounts that were signed in, in the order of their first sign-in."""
        return tuple(_account(key, record) for key, record in self._accounts().items())

    def remember_account(self, account: Account) -> None:
        """Keep who is signed in, to find the sign-in in the keyring at the next start."""
        known = self._accounts().get(account.key)
        if known is not None and account == _account(account.key, known):
            return
        record = self._record(account.key)
        record.address, record.name = account.address, account.name
        record.organisation = account.organisation
        self._changed()

    def forget_account(self, key: str) -> None:
        """Forget everything about an account."""
        if key in self._accounts():
            self._use({other: record for other, record in self._accounts().items() if other != key})
            self._changed()

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
        self._changed()

    # ---- WDM devices (webex.discovery.DeviceMemory)

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
        """Keep the WDM device in use; to be `kept` before it carries a registration."""
        record = self._record(account_key)
        if self.device_url(account_key, service) == url and url in record.known_device_urls:
            return
        if service is Service.CALLING:
            record.device_url = url
        else:
            record.other_device_urls = {**record.other_device_urls, service.value: url}
        others = [known for known in record.known_device_urls if known != url]
        record.known_device_urls = [*others, url][-KNOWN_DEVICES_AT_MOST:]
        self._changed()

    def forget_device(self, account_key: str, url: str) -> None:
        """The WDM device is gone; it stays known, for a Mobius device on it may not be."""
        record = self._accounts().get(account_key)
        if record is None or url not in {record.device_url, *record.other_device_urls.values()}:
            return
        if record.device_url == url:
            record.device_url = ""
        others = record.other_device_urls.items()
        record.other_device_urls = {service: other for service, other in others if other != url}
        self._changed()

    # ---- Mobius devices

    def ledger(self, account_key: str, service: Service) -> Ledger:
        """Return the ledger of a line. It makes nobody known before something is kept, or once forgotten."""
        known = self._accounts().get(account_key)
        line = (known.lines.get(service.value) if known else None) or LineRecord()

        async def keep(*, at_once: bool) -> None:
            nonlocal known
            if known is not None and account_key not in self._accounts():
                return  # forgotten meanwhile
            known = self._record(account_key)
            if known.lines.get(service.value) is not line:
                known.lines = {**known.lines, service.value: line}
            self._changed()
            if at_once:
                await self.kept()

        def lasts() -> bool:
            return self._file is not None and not self._file.is_stuck and not self.is_failing

        return Ledger(line, keep, lasts=lasts)

    # ---- writing

    async def kept(self) -> None:
        """Wait until every change so far is on disk, for 1 s at most; what cannot be kept is a notice."""
        if self._trouble is None:  # said; nobody waits for such a disk again
            await self._written_in_time()

    async def close(self) -> None:
        """Write what is not written yet, within 1 s."""
        if self._trouble is not None:
            self._changed()
        await self._written_in_time()

    async def _written_in_time(self) -> None:
        if self._writing is None or self._writing.done():
            return
        self._writer.hurry()
        if not await within(asyncio.wrap_future(self._writing), KEEP_WAIT_S):
            self._written(TimeoutError())

    def _changed(self) -> None:
        if self._file is None or self._file.is_stuck:
            return
        writing, before = self._writer.ask(), self._writing
        if writing is before:
            return
        self._writing = writing
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self._writer.hurry()
            try:
                self._written(writing.result(KEEP_WAIT_S))
            except TimeoutError as error:
                self._written(error)
            return

        def tell(written: Future[Exception | None]) -> None:
            with contextlib.suppress(RuntimeError):  # the loop is closed: there is nobody to be told
                loop.call_soon_threadsafe(self._written, written.result())

        writing.add_done_callback(tell)

    def _write(self) -> None:
        if self._file is not None:
            self._file.write_text("".join(self._parts()))

    def _parts(self) -> Iterator[str]:
        """Yield the document as TOML. An account that did not change is not put in words again."""
        document, before = self._document, self._texts
        self._texts = {}
        head = {"version": document.version, "machine": document.machine, "place": document.place}
        yield tomli_w.dumps(head)
        for cloud, accounts in document.clouds.items():
            if not accounts:
                yield tomli_w.dumps({"clouds": {cloud: {}}})
            for key, record in accounts.items():
                packed = msgspec.json.encode(record)
                known, text = before.get((cloud, key), (b"", ""))
                if known != packed:
                    text = tomli_w.dumps({"clouds": {cloud: {key: msgspec.to_builtins(record)}}})
                self._texts[cloud, key] = packed, text
                yield f"\n{text}"

    def _written(self, error: Exception | None) -> None:
        """Say once that nothing can be kept, and once that it can again."""
        trouble = None
        if error is not None:
            file = str(self._file.path) if self._file else ""
            _log.info("%s is not written: %r", file, error)
            trouble = phrase(
                "Nothing can be kept for the next start: {file} cannot be written ({why}). "
                "Your lines work all the same.",
                file=file,
                why=getattr(error, "strerror", None) or phrase("the disk does not answer"),
            )
        if (trouble is None) is not (self._trouble is None):
            self._trouble = trouble
            self._on_notice(self.notice)

    # ---- the document

    def _accounts(self) -> dict[str, _AccountRecord]:
        return self._document.clouds.get(self._cloud, {})

    def _use(self, accounts: dict[str, _AccountRecord]) -> None:
        self._document.clouds = {**self._document.clouds, self._cloud: accounts}

    def _record(self, key: str) -> _AccountRecord:
        if key not in self._accounts():
            self._use({**self._accounts(), key: _AccountRecord()})
        return self._accounts()[key]

    def _claim(self, path: Path, machine: str, formerly: Path | None) -> None:
        """Mark the document as this computer's and this folder's; the devices of a copy are not its own."""
        document = self._document
        place = f"{machine} {path.resolve()}"
        here = is_marked(document.machine, machine)
        if here and is_marked(document.place, place):
            return
        moved = formerly is not None and is_marked(document.place, f"{machine} {formerly.resolve()}")
        if document.machine and (not here or (document.place and not moved)):
            _log.info("%s was copied or moved here: its devices are not used", path)
            for accounts in document.clouds.values():
                for record in accounts.values():
                    record.leave_devices(known=here)
        document.machine, document.place = mark_of(machine), mark_of(place)
        if document.clouds:
            self._changed()

    def _read(self) -> _Document:
        if self._file is None:
            return _Document()
        try:
            return self._file.read(partial(msgspec.convert, type=_Document)) or _Document()
        except OSError as error:
            raise ConfigError(
                f"{self._file.path}: cannot be read ({error.strerror}). "
                "Make it readable, or choose another profile."
            ) from error


def _account(key: str, record: _AccountRecord) -> Account:
    told = (record.address, record.name, record.organisation)
    address, name, organisation = (visible(text, _NAME_AT_MOST_CHARS) for text in told)
    return Account(key=key, address=address, name=name, organisation=organisation)


def accounts_in(path: Path) -> tuple[Account, ...]:
    """Return the accounts of all clouds in a profile's file, which is only read; none where it cannot be."""
    try:
        document = msgspec.convert(parse_toml(read_file(path, may_be=is_ours)), _Document)
    except (OSError, ValueError):
        return ()
    return tuple(_account(key, one) for cloud in document.clouds.values() for key, one in cloud.items())
