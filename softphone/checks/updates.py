"""Looking for a newer version when a person asks: a small list that the authors of the program have signed.

Nothing of the list is read before its signature is verified; nothing is downloaded and nothing installed.
One host is asked, with no token, and no redirect is followed (security.md#updates).
"""

import base64
import re
from datetime import date

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from msgspec import Struct, ValidationError, convert

from softphone import __version__
from softphone.auth.untrusted import read_json
from softphone.checks.update_source import UpdateSource
from softphone.errors import RequestError, UpdateError
from softphone.i18n import phrase
from softphone.line.failure import Disposition
from softphone.settings.cloud_file import Cloud, Network
from softphone.webex.address import read_address
from softphone.webex.client import Client

LIST_LIMIT_BYTES = 32 * 1024
NOTES_LIMIT_CHARS = 300

_OK = 200
_NUMBER = r"(0|[1-9][0-9]{0,5})"
_VERSION = re.compile(rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}")


class Update(Struct, frozen=True):
    """The newest version that the list names; `notes` says what is in it, `page` where one may get it."""

    version: str
    date: date
    notes: str
    page: str

    @property
    def is_newer(self) -> bool:
        """Whether it is newer than this program."""
        return read_version(self.version) > read_version(__version__)


async def look_for_update(source: UpdateSource, network: Network) -> Update:
    """Ask for the list and its signature. Raises UpdateError."""
    host = source.address.host
    client = Client(Cloud(network=network), source.trust)
    try:
        body = await _fetched(client, source.url, host)
        signature = await _fetched(client, f"{source.url}.sig", host)
    finally:
        await client.close()
    return read_list(body, signature, source)


def read_list(body: bytes, signature: bytes, source: UpdateSource) -> Update:
    """Return what the list says, once its signature is verified. Raises UpdateError."""
    host = source.address.host
    try:
        signed = base64.b64decode(signature.strip(), validate=True)
        Ed25519PublicKey.from_public_bytes(source.public_key).verify(signed, body)
    except (ValueError, InvalidSignature) as error:
        raise UpdateError(
            phrase("What {host} sent was not made by the authors of this app. Nothing was done.", host=host),
            title="The list of versions is not genuine",
        ) from error
    try:
        return _understood(body, source)
    except (ValidationError, ValueError) as error:
        raise UpdateError(
            phrase("The list of {host} is genuine, but this app cannot read it.", host=host),
            title="The list of versions makes no sense",
        ) from error


def read_version(text: str) -> tuple[int, ...]:
    """Return a version in numbers, to be compared. Raises ValueError for any other form than 1.2.3."""
    found = _VERSION.fullmatch(text)
    if found is None:
        raise ValueError("no version")
    return tuple(map(int, found.groups()))


def _understood(body: bytes, source: UpdateSource) -> Update:
    """Return what a genuine list says. Raises ValidationError and ValueError."""
    update = convert(read_json(body, limit_bytes=LIST_LIMIT_BYTES), Update)
    read_version(update.version)
    if not 0 < len(update.notes) <= NOTES_LIMIT_CHARS or not update.notes.isprintable():
        raise ValueError("the notes are no sentence")
    page = read_address(update.page)
    if page is None or page.origin != source.address.origin:
        raise ValueError("the page is on another host")
    return update


async def _fetched(client: Client, url: str, host: str) -> bytes:
    try:
        answer = await client.request("GET", url)
    except RequestError as error:
        if error.failure.disposition is Disposition.SICK_HOST:
            raise _no_list(host) from error
        raise UpdateError(
            phrase("{host} cannot be reached, or broke off. Check the network and the proxy.", host=host)
        ) from error
    if answer.status != _OK:
        raise _no_list(host)
    if len(answer.body) > LIST_LIMIT_BYTES:
        raise UpdateError(
            phrase("What {host} sent is too long for a list of versions. It was not read.", host=host)
        )
    return answer.body


def _no_list(host: str) -> UpdateError:
    return UpdateError(
        phrase("{host} sent no list of versions, or something answered in its place. Try later.", host=host)
    )
