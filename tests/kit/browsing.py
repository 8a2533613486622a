"""A person's browser on the pages of the simulated cloud, as a program: what `BROWSER` names in tests.

`python -m tests.kit.browsing ADDRESS` signs in as the first of the sample people and follows the redirect.
`walk` is the same as a function; it may stop before the redirect, as a browser on another computer does.
`redirect_of` waits on the loop, and goes as anybody.
"""

import html
import re
import ssl
import sys
import urllib.error
import urllib.parse
import urllib.request

from softphone.auth.oauth import SignInAttempt
from softphone.sim.server import CloudServer

EMAIL, PASSWORD = "ada@example.com", "demo"


class _Stops(urllib.request.HTTPRedirectHandler):
    """Follows no redirect."""

    def redirect_request(self, *_: object) -> None:
        return None


def walk(address: str, *, decision: str = "accept", comes_back: bool = True) -> str:
    """Go through the pages from this address on; return the last page, or the redirect's address."""
    openers = urllib.request.ProxyHandler({}), *([] if comes_back else [_Stops()])
    opener = urllib.request.build_opener(*openers)
    page = opener.open(address, timeout=20).read().decode()
    while (form := re.search(r'<form method="post" action="([^"]+)"', page)) is not None:
        fields = dict(re.findall(r'name="(\w+)"[^>]* value="([^"]*)"', page))
        fields = {name: html.unescape(value) for name, value in fields.items()}
        fields |= {"email": EMAIL, "password": PASSWORD, "decision": decision}
        target = urllib.parse.urljoin(address, form[1])
        try:
            page = opener.open(target, urllib.parse.urlencode(fields).encode(), timeout=20).read().decode()
        except urllib.error.HTTPError as answer:
            with answer:
                if answer.code != 302:
                    raise
                return str(answer.headers["location"])
    return str(page)


async def redirect_of(
    server: CloudServer | str,
    attempt: SignInAttempt,
    decision: str = "accept",
    *,
    email: str = EMAIL,
    tls: ssl.SSLContext | None = None,
) -> str:
    """Fill in the pages as a person would; return the address that the browser is sent to.

    `server`: or its base address. `tls`: what the browser trusts; by default nobody, which plain HTTP needs.
    """
    import httpx

    base = server if isinstance(server, str) else server.base
    tls = tls or ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # the system's roots take their time
    async with httpx.AsyncClient(trust_env=False, base_url=base, verify=tls) as browser:
        page = (await browser.get(attempt.authorize_url)).text
        for path, fields in (
            ("/v1/authorize/sign-in", {"email": email, "password": PASSWORD}),
            ("/v1/authorize/consent", {"decision": decision}),
        ):
            found = re.search(r'name="(\w+)" value="([^"]+)"', page)
            assert found is not None
            answer = await browser.post(path, data=fields | {found[1]: found[2]})
            page = answer.text
        return answer.headers["location"]


if __name__ == "__main__":
    walk(sys.argv[1])
