"""The commands that speak to the running program over its control socket (scripts.md#command-line)."""

import json
import sys
import time
from collections.abc import Mapping
from typing import Any

from softphone.errors import SoftphoneError
from softphone.exit_codes import EXIT_NOT_RUNNING, EXIT_OK, EXIT_TROUBLE
from softphone.headless.instance import Instance, ask

MEETING_DEADLINE_S = 5.0  # one that starts has the lock before its socket; one that ends, after
LEAVING_DEADLINE_S = 10.0  # it promises 5 s
LOOK_EVERY_S = 0.05
LOOKING = "a command that looks whether it runs"


def show_first(instance: Instance) -> bool:
    """Bring the window of the program that runs already to the front; False when it has none.

    Returns False, too, when nobody holds the lock any more. Raises SoftphoneError when it does not answer.
    """
    deadline_s = time.monotonic() + MEETING_DEADLINE_S
    while time.monotonic() < deadline_s:
        answer = ask(instance, {"verb": "show"})
        if answer is not None:
            return answer.get("ok") is True
        if (lock := instance.take(LOOKING)) is not None:
            lock.close()
            return False
        time.sleep(LOOK_EVERY_S)
    raise SoftphoneError("The program is starting or ending just now. Try again.", title="No answer")


def status(instance: Instance, *, as_json: bool) -> int:
    """Print what it shows; return 0 when all wanted lines are registered, 1 if not, 3 not running."""
    answer = asked(instance, "status")
    if answer is None:
        if as_json:
            _say(json.dumps({"ok": False, "running": False, "name": instance.name}))
        return EXIT_NOT_RUNNING
    _say(json.dumps(answer, ensure_ascii=False) if as_json else _status_text(answer))
    return EXIT_OK if answer.get("registered") == "all" else EXIT_TROUBLE


def wish(instance: Instance, verb: str, *, line: str | None, every_line: bool) -> int:
    """Tell the running program to `register` or `deregister` a line."""
    answer = asked(instance, verb, line=line, all=every_line)
    if answer is None:
        return EXIT_NOT_RUNNING
    for name in answer.get("lines", ()):
        _say(f"{verb}: {name}")
    return EXIT_OK


def show(instance: Instance) -> int:
    """Bring the running window to the front."""
    return EXIT_NOT_RUNNING if asked(instance, "show") is None else EXIT_OK


def leave(instance: Instance) -> int:
    """End the running program and wait until its lines are off."""
    if asked(instance, "quit") is None:
        return EXIT_NOT_RUNNING
    deadline_s = time.monotonic() + LEAVING_DEADLINE_S
    while (lock := instance.take(LOOKING)) is None:
        if time.monotonic() > deadline_s:
            raise SoftphoneError("It was told to end and still runs.", title="Not ended yet")
        time.sleep(LOOK_EVERY_S)
    lock.close()
    return EXIT_OK


def _status_text(answer: Mapping[str, Any]) -> str:
    lines = [line for line in answer.get("lines", ()) if isinstance(line, dict)]
    rows = [
        f"{line.get('name')}  {line.get('state')}"
        + (f", {line.get('role')} {line.get('server')}" if line.get("server") else "")
        + (f": {line['error'].get('title')}" if isinstance(line.get("error"), dict) else "")
        for line in lines
    ]
    rows += [
        f"{account.get('account') or 'a new account'}  {account.get('state')}: {account.get('notice')}"
        for account in answer.get("accounts", ())
        if isinstance(account, dict) and account.get("notice")
    ]
    return "\n".join(rows or ["nobody is signed in"])


def asked(instance: Instance, verb: str, **more: Any) -> dict[str, Any] | None:
    """Return the answer, None when no program runs, which is said. Raises SoftphoneError for a refusal."""
    answer = ask(instance, {"verb": verb, **more})
    if answer is None:
        sys.stderr.write(f"softphone: no program is running ({instance.name}).\n")
    elif answer.get("ok") is not True:
        raise SoftphoneError(str(answer.get("error")), title="Not done")
    return answer


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
