"""A browser in bad company: what it asks the port at which the answer of a sign-in is waited for.

Whatever can reach the port may be hostile, and whatever is answered there can be read by whoever asked.
"""

import asyncio
import random
import socket
from urllib.parse import quote

from softphone.auth.loopback import LoopbackListener
from softphone.auth.oauth import SignInAttempt
from tests.hostile.tokens.cloud.answers import HostileCloud
from tests.hostile.tokens.trusted import Judgement

_TRIES = 6
_DEADLINE_S = 5.0
_METHODS = ("GET", "GET", "GET", "POST", "HEAD", "CONNECT", "OPTIONS")
_HEADERS = ("Host: {host}", "Origin: {url}", "Referer: {url}", "Cookie: a={echo}", "X-Forwarded-Host: {host}")


async def came_back(
    attempt: SignInAttempt, code: str, cloud: HostileCloud, judgement: Judgement, chance: random.Random
) -> tuple[SignInAttempt, str]:
    """Return the attempt as it was opened in the browser, and the redirect that was taken."""
    async with LoopbackListener(attempt, limit_s=_DEADLINE_S) as listener:
        opened = listener.attempt
        port = int(opened.redirect_uri.split(":")[2].partition("/")[0])
        path = opened.redirect_uri.partition(f":{port}")[2]
        good = f"{path}?code={quote(code)}&state={quote(opened.state)}"
        for number in range(_TRIES):
            target = good if number == _TRIES - 1 else _asked(chance, cloud, opened, path, good)
            hosts = [f"Host: localhost:{port}"] if target is good else _headers(chance, cloud, port)
            method = "GET" if target is good else chance.choice(_METHODS)
            rows = [f"{method} {target} HTTP/1.1", *hosts, "", ""]
            told = await asyncio.to_thread(_ask, port, "\r\n".join(rows))
            judgement.must_be_clean(f"what the callback answered to {method}", told)
            if b"http" in told.partition(b"\r\n")[2].lower():
                judgement.wrong.append("the page of the callback names an address")
        return opened, await listener.redirect()


def _asked(chance: random.Random, cloud: HostileCloud, attempt: SignInAttempt, path: str, good: str) -> str:
    wrong = f"{path}?code={quote(attempt.code_verifier[:20])}&state={'x' * len(attempt.state)}"
    return chance.choice(
        (
            wrong,
            f"{path}?state={attempt.state[:-1]}",
            f"{path}/?{good.partition('?')[2]}",
            f"//evil.example{good}",
            f"{cloud.addresses.hostile()}{good}".replace(" ", ""),
            f"/{quote(cloud.echo())}",
            f"{path}%2f..?{good.partition('?')[2]}",
            f"{good}&state=x",
            "*",
            "/favicon.ico",
            "/" + "x" * 9000,
        )
    )


def _headers(chance: random.Random, cloud: HostileCloud, port: int) -> list[str]:
    own = chance.choice((f"localhost:{port}", f"127.0.0.1:{port}", "evil.example", f"localhost.evil:{port}"))
    others = [cloud.filled(chance.choice(_HEADERS)) for _ in range(chance.randint(0, 3))]
    return [f"Host: {own}", *("".join(filter(str.isprintable, other)) for other in others)]


def _ask(port: int, text: str) -> bytes:
    with socket.socket() as asking:
        asking.settimeout(_DEADLINE_S)
        try:
            asking.connect(("127.0.0.1", port))
            asking.sendall(text.encode("utf-8", "replace"))
            return b"".join(iter(lambda: asking.recv(65536), b""))
        except OSError:
            return b""
