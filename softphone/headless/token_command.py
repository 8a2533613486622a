"""Where `watch` gets access tokens without a sign-in: a command of the person's, or an open file.

Neither way has the token among arguments or in a file; what the command says on standard error is shown,
what it prints is not.
"""

import asyncio
import contextlib
import os
import shlex
import signal
import sys
from collections.abc import Callable

from softphone.auth.asked_token import ASK_DEADLINE_S, AskForToken
from softphone.auth.fixed_token import TOKEN_LIMIT_CHARS, checked_token
from softphone.auth.untrusted import plain_text
from softphone.errors import ConfigError, SoftphoneError
from softphone.i18n import own, phrase

DEADLINE_S = ASK_DEADLINE_S - 1.0  # before whoever asked gives up, so that it can be said
_SAID_LIMIT_BYTES = 64 * 1024
_SHOWN_CHARS = 300


def token_from_command(command: str, *, tell: Callable[[str], object] | None = None) -> AskForToken:
    """Return what runs the command, without a shell, and returns the first line that it prints.

    `tell` gets what it says on standard error, in one line, if anything. A command that takes longer than
    29 s is killed. Raises ConfigError for a command that cannot be read.
    """
    try:
        arguments = shlex.split(command)
    except ValueError as error:
        raise ConfigError(f"The token command cannot be read ({error}): {command!r}.") from error
    if not arguments:
        raise ConfigError("The token command is empty.")

    async def ask() -> str:
        return await _first_line_of(arguments, tell)

    return ask


def token_from_descriptor(descriptor: int) -> str:
    """Return the token that an open file has, a pipe for example, and close it. Blocks until its end.

    Raises ConfigError when it cannot be read, or has no token.
    """
    if not 2 < descriptor < 2**31:  # noqa: PLR2004 - input and outputs: closing them would hurt
        raise ConfigError(f"File descriptor {descriptor} cannot have the token: use one from 3 on.")
    try:
        os.set_inheritable(descriptor, False)
        with os.fdopen(descriptor, "rb", buffering=0) as stream:
            content = b""
            while len(content) <= TOKEN_LIMIT_CHARS and (more := stream.read(TOKEN_LIMIT_CHARS)):
                content += more
    except OSError as error:
        raise ConfigError(
            f"File descriptor {descriptor} cannot be read ({error.strerror}). Open it for this program."
        ) from error
    token = checked_token(_first_line(content))
    if token is None:
        raise ConfigError(f"File descriptor {descriptor} has no access token: that is one long word.")
    return token


async def _first_line_of(arguments: list[str], tell: Callable[[str], object] | None) -> str:
    """Run the command. Raises SoftphoneError when it fails."""
    pipe = asyncio.subprocess.PIPE
    try:
        process = await asyncio.create_subprocess_exec(
            *arguments, stdin=asyncio.subprocess.DEVNULL, stdout=pipe, stderr=pipe, start_new_session=True
        )
    except OSError as error:
        raise _failed(arguments, phrase("it cannot be run ({why})", why=error.strerror or "")) from error
    except ValueError as error:  # a null byte
        raise _failed(arguments, phrase("it cannot be run ({why})", why=str(error))) from error
    assert process.stdout is not None  # noqa: S101 - both are pipes
    assert process.stderr is not None  # noqa: S101 - as above
    try:
        async with asyncio.timeout(DEADLINE_S):
            printed, said = await asyncio.gather(
                _read(process.stdout, TOKEN_LIMIT_CHARS + 1), _read(process.stderr, _SAID_LIMIT_BYTES)
            )
            code = await process.wait()
    except TimeoutError:
        _kill(process)
        raise _failed(arguments, phrase("it took longer than {n} s", n=int(DEADLINE_S))) from None
    finally:
        if process.returncode is None:
            _kill(process)
            await process.wait()
    words = plain_text(said.decode(errors="replace"), _SHOWN_CHARS)
    if words and tell is not None:
        tell(words)
    if code:
        raise _failed(arguments, phrase("it ended with {code}", code=code), words)
    token = checked_token(_first_line(printed))
    if token is None:
        raise _failed(arguments, phrase("it printed no access token: that is one long word"))
    return token


async def _read(stream: asyncio.StreamReader, limit_bytes: int) -> bytes:
    """Return the beginning of what comes; the rest is read, too, so that nobody waits, and forgotten."""
    kept = b""
    while more := await stream.read(_SAID_LIMIT_BYTES):
        kept += more[: limit_bytes - len(kept)]
    return kept


def _kill(process: asyncio.subprocess.Process) -> None:
    """Kill the command, and what it has started."""
    with contextlib.suppress(ProcessLookupError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)


def _first_line(content: bytes) -> str:
    return content.split(b"\n", 1)[0].decode("ascii", errors="replace")


def _failed(arguments: list[str], why: str, said: str = "") -> SoftphoneError:
    sentence = phrase("The token command {command} failed: {why}.", command=arguments[0], why=own(why))
    return SoftphoneError(phrase("{first} {rest}", first=own(sentence), rest=said) if said else sentence)
