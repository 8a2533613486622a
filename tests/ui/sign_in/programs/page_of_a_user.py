"""A person at a page, hardened as the program is; writes one JSON line for each moment.

A line tells how readable this process is and, of each process of the web engine that draws a page, whether
its namespaces are its own and what filters its system calls (2 is a filter; see `man proc`).
"""

import asyncio
import ctypes
import json
import os
import signal
import sys
from pathlib import Path

from softphone.system import hardening
from softphone.ui.loop import AppLoop
from softphone.ui.opening import App
from tests.kit.processes import renderers
from tests.ui.conftest import until
from tests.ui.fakes import new_attempt
from tests.ui.sign_in.web_pages import Web, serve

PR_GET_DUMPABLE = 3
NAMESPACES = ("pid", "user", "net")


def tell(moment: str) -> None:
    readable = ctypes.CDLL(None).prctl(PR_GET_DUMPABLE, 0, 0, 0, 0)
    sys.stdout.write(json.dumps({"moment": moment, "readable": readable, "pages": pages()}) + "\n")
    sys.stdout.flush()


def pages() -> dict[int, dict[str, object]]:
    return {
        process_id: {
            **{name: is_private(process_id, name) for name in NAMESPACES},
            "seccomp": status(process_id)["Seccomp"],
        }
        for process_id in renderers()
    }


def is_private(process_id: int, name: str) -> bool:
    return Path(f"/proc/{process_id}/ns/{name}").readlink() != Path(f"/proc/self/ns/{name}").readlink()


def status(process_id: int) -> dict[str, str]:
    rows = Path(f"/proc/{process_id}/status").read_text().splitlines()
    return {name: value.strip() for name, _, value in (row.partition(":") for row in rows)}


async def look(web: Web) -> None:
    from softphone.ui.sign_in.page import SignInView

    async def loaded(view: SignInView, moment: str) -> None:
        await until(lambda: view.page.title() == "plain" and view.page.renderProcessPid(), within_s=30)
        tell(moment)

    tell("before a page")
    first = SignInView(new_attempt(web.base + "/plain"))
    tell("loading")
    first.show()
    await loaded(first, "loaded")
    first.page.runJavaScript("document.title = 'old'")
    await until(lambda: first.page.title() == "old")
    first.reload()
    await loaded(first, "reloaded")
    os.kill(first.page.renderProcessPid(), signal.SIGKILL)
    await until(lambda: first.message)
    first.page.runJavaScript("document.title = 'old'")
    first.reload()
    await until(lambda: first.message == "" and renderers())
    await loaded(first, "loaded after a crash")
    second = SignInView(new_attempt(web.base + "/plain"))
    second.show()
    await loaded(second, "a second page")
    for view in (first, second):
        view.tear_down()
    await until(lambda: not renderers(), within_s=20)
    tell("after the pages")


if __name__ == "__main__":
    hardening.harden()
    app = App(sys.argv[:1])
    with serve() as web, asyncio.Runner(loop_factory=lambda: AppLoop(app)) as runner:
        runner.run(look(web))
