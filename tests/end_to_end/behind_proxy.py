"""Somebody who signs in from behind a proxy: a program, `python -m tests.end_to_end.behind_proxy JSON`.

Opens the real sign-in page at the address given, waits for its redirect or for what it says, then has the
real HTTP client ask the same host; prints what both got (JSON, the last line). The process is its own,
because the engine reads the environment once.
"""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from PySide6.QtNetwork import QNetworkProxy, QNetworkProxyFactory

from softphone.auth.oauth import begin_sign_in
from softphone.errors import RequestError
from softphone.settings.cloud_file import Cloud, Network
from softphone.ui.loop import AppLoop
from softphone.ui.opening import App
from softphone.ui.sign_in.page import SignInView
from softphone.webex.client import Client

PATIENCE_S = 40.0


async def visit(asked: dict[str, Any]) -> dict[str, Any]:
    extra_ca_file = Path(asked["extra_ca_file"]) if asked["extra_ca_file"] else None
    network = Network(proxy=asked["proxy"], extra_ca_file=extra_ca_file)
    cloud = Cloud(
        authorize_url=asked["authorize_url"],
        token_url=asked["token_url"],
        trusted_hosts=("*.example.test",),
        network=network,
    )
    before = settings()
    captured: list[str] = []
    view = SignInView(begin_sign_in(cloud))
    view.captured.connect(captured.append)
    view.show()
    async with asyncio.timeout(PATIENCE_S):
        while not captured and not view.message:
            await asyncio.sleep(0.02)
    gone = asyncio.get_running_loop().create_future()
    view.destroyed.connect(lambda: gone.set_result(None))
    off_the_record, message = view.page.profile().isOffTheRecord(), view.message
    view.tear_down()
    restored = settings() == before
    async with asyncio.timeout(PATIENCE_S):
        await gone
    return {
        "captured": bool(captured),
        "page_said": message,
        "off_the_record": off_the_record,
        "restored": restored,
        **await ask(cloud),
    }


def settings() -> tuple[bool, str, int]:
    proxy = QNetworkProxy.applicationProxy()
    return QNetworkProxyFactory.usesSystemConfiguration(), proxy.hostName(), proxy.port()


async def ask(cloud: Cloud) -> dict[str, Any]:
    client = Client(cloud)
    try:
        status, _, _ = await client.post_form(cloud.token_url, {"code": "code-of-the-page"})
    except RequestError as error:
        return {"client_status": None, "client_said": f"{error.title}: {error.failure.advice}"}
    finally:
        await client.close()
    return {"client_status": status, "client_said": ""}


if __name__ == "__main__":
    app = App(sys.argv[:1])
    with asyncio.Runner(loop_factory=lambda: AppLoop(app)) as runner:
        print("\n" + json.dumps(runner.run(visit(json.loads(sys.argv[1])))), flush=True)  # noqa: T201
