"""The commands that speak to the running program over its control socket (scripts.md#command-line)."""

import json
import sys
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from softphone.errors import SoftphoneError
from softphone.exit_codes import EXIT_NOT_RUNNING, EXIT_OK, EXIT_TROUBLE
from softphone.headless.instance import ANSWER_DEADLINE_S, PROTOCOL_VERSION, Instance, ask
from softphone.headless.terminal import screen
from softphone.headless.terminal.status_rows import status_rows
from softphone.wording.moment import LOCAL

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
    answer = ask(instance, {"verb": "status"})
    if answer is None:
        return not_running(instance, as_json=as_json)
    checked(answer)
    code = code_of(answer)
    if as_json:
        say_json(answer, code)
    else:
        screen.show(status_rows(answer, datetime.now(LOCAL), screen.width()))
    return code


def code_of(status: Mapping[str, Any]) -> int:
    """Return the exit code for how the lines are."""
    return EXIT_OK if status.get("registered") == "all" else EXIT_TROUBLE


def wish(instance: Instance, verb: str, *, line: str | None, every_line: bool) -> dict[str, Any] | None:
    """Tell the running program to `register` or `deregister` a line; return its answer, None without one."""
    answer = asked(instance, verb, line=line, all=every_line)
    for name in () if answer is None else answer.get("lines", ()):
        screen.say(f"{verb}: {name}")
    return answer


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


def asked(
    instance: Instance, verb: str, *, deadline_s: float = ANSWER_DEADLINE_S, **more: Any
) -> dict[str, Any] | None:
    """Return the answer, None when no program runs, which is said. Raises SoftphoneError for a refusal."""
    answer = ask(instance, {"verb": verb, **more}, deadline_s=deadline_s)
    if answer is None:
        not_running(instance)
        return None
    return checked(answer)


def not_running(instance: Instance, *, as_json: bool = False) -> int:
    """Say that no program runs, and return the exit code."""
    if as_json:
        say(json.dumps({"version": PROTOCOL_VERSION, "ok": False, "running": False, "name": instance.name}))
    screen.complain(
        f"no program is running ({instance.name}). Start it with 'softphone{instance.option}', "
        f"or in a terminal with 'softphone watch{instance.option}'."
    )
    return EXIT_NOT_RUNNING


def checked(answer: dict[str, Any]) -> dict[str, Any]:
    """Return the answer. Raises SoftphoneError for a refusal."""
    if answer.get("ok") is not True:
        raise SoftphoneError(str(answer.get("error")), title="Not done")
    return answer


def say_json(answer: Mapping[str, Any], code: int) -> None:
    """Print an answer for a script: whether it is `ok` is what the exit code says."""
    say(json.dumps({**answer, "ok": code == EXIT_OK}, ensure_ascii=False))


def say(text: str) -> None:
    """Print a line for a script."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
