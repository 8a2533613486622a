"""A page with every wrong way to the redirect.

`python -m tests.ui.sign_in.programs.hopping_page FOLDER HOST`.
The redirect has a port of its own at HOST, where a stranger listens: nothing may reach it. Prints as JSON
which ways were tried, what the stranger got, and whether the right way worked afterwards. A program, because
the engine learns of the port when it starts.
"""

import asyncio
import json
import sys
from pathlib import Path

from softphone.ui.loop import AppLoop
from softphone.ui.opening import App
from tests.kit.secrets import CODE
from tests.ui.conftest import until
from tests.ui.provider import CALLBACK, Page, hop, sign_in_page, visit

# Each asks `/hop?NAME`, which sends it on to the redirect.
HOPS = {
    "fetch": "fetch('/hop?fetch', {mode: 'no-cors'})",
    "post": "fetch('/hop?post', {method: 'POST', mode: 'no-cors', body: 'x'})",
    "keepalive": "fetch('/hop?keepalive', {mode: 'no-cors', keepalive: true})",
    "xhr": "const x = new XMLHttpRequest(); x.open('GET', '/hop?xhr'); x.send()",
    "beacon": "navigator.sendBeacon('/hop?beacon', 'x')",
    "image": "new Image().src = '/hop?image'",
    "font": "new FontFace('x', 'url(/hop?font)').load()",
    "events": "new EventSource('/hop?events')",
    "video": "add('video', {src: '/hop?video'})",
    "script": "add('script', {src: '/hop?script'})",
    "style": "add('link', {rel: 'stylesheet', href: '/hop?style'})",
    "prefetch": "add('link', {rel: 'prefetch', href: '/hop?prefetch'})",
    "preload": "add('link', {rel: 'preload', as: 'script', href: '/hop?preload'})",
    "speculation": "add('script', {type: 'speculationrules', textContent: JSON.stringify("
    "{prefetch: [{source: 'list', urls: ['/hop?speculation']}]})})",
    "frame": "add('iframe', {src: '/hop?frame'})",
    "object": "add('object', {data: '/hop?object'})",
    "form": "add('iframe', {name: 'inner'}); add('form', {method: 'post', target: 'inner', "
    "action: '/hop?form'}).submit()",
    "srcdoc": "add('iframe', {srcdoc: \"<img src='{base}/hop?srcdoc'>\"})",
    "worker": "new Worker('/worker')",
    "service worker": "navigator.serviceWorker.register('/service')",
    "two hops": "fetch('/first', {mode: 'no-cors'})",
    "popup": "open('/popup')",
}
# These go to the redirect itself, or only connect to it.
STRAIGHT = {
    "socket": "new WebSocket('{redirect}'.replace('http', 'ws') + '?code={code}')",
    "secure socket": "new WebSocket('{redirect}'.replace('http', 'wss') + '?code={code}')",
    "beacon": "navigator.sendBeacon('{redirect}?code={code}', 'x')",
    "connection": "add('link', {rel: 'preconnect', href: '{redirect}'})",
    "blob": "add('iframe', {src: URL.createObjectURL(new Blob("
    "[\"<img src='{redirect}?code={code}'>\"], {type: 'text/html'}))})",
    "data": "add('iframe', {src: \"data:text/html,<img src='{redirect}?code={code}'>\"})",
}
SCRIPT = {"Content-Type": "text/javascript"}


def pages() -> dict[str, Page]:
    ways = "\n".join(f"go(() => {{ {way} }});" for way in (*HOPS.values(), *STRAIGHT.values()))
    body = (
        "<title>here</title><link rel=icon href='/hop?icon'><body><script>"
        "const add = (kind, fields) => document.body.appendChild("
        "Object.assign(document.createElement(kind), fields));"
        "const go = way => { try { Promise.resolve(way()).catch(() => 0) } catch (e) { console.log(e) } };"
        f"{ways}</script>"
    )
    return sign_in_page(
        Page(body.replace("{code}", CODE)),
        hop=hop(f"{{redirect}}?code={CODE}&state={{state}}"),
        worker=Page("fetch('/hop?worker', {mode: 'no-cors'})", headers=SCRIPT),
        service=Page("fetch('/hop?service worker', {mode: 'no-cors'})", headers=SCRIPT),
        first=hop("/hop?two hops"),
        popup=Page("<img src='/hop?popup'>"),
    )


async def try_all(folder: Path, host: str) -> dict[str, object]:
    reached: list[str] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        reached.append((await reader.read(200)).decode("latin-1").partition("\r\n")[0])
        writer.close()

    stranger = await asyncio.start_server(listen, {"localhost": "127.0.0.1"}.get(host, host))
    port = stranger.sockets[0].getsockname()[1]
    named = f"[{host}]" if ":" in host else host
    async with visit(folder, pages(), redirect_uri=f"http://{named}:{port}{CALLBACK}") as at:
        at.provider.places["redirect"] = at.attempt.redirect_uri

        def tried() -> set[str]:
            asked = (one.line.split()[1] for one in at.provider.raw.asked)
            return {path.partition("?")[2].replace("%20", " ") for path in asked if path.startswith("/hop")}

        await until(lambda: tried() >= {*HOPS, "icon"}, within_s=30)
        await asyncio.sleep(0.5)  # what was sent on arrives within milliseconds
        by_itself = list(at.captured)
        at.page.runJavaScript(at.provider.filled(f"location = '{{redirect}}?code={CODE}&state={{state}}'"))
        outcome = await at.ended()
        stranger.close()
        return {
            "tried": sorted(tried()),
            "reached": reached,
            "captured by itself": by_itself,
            "refusal": outcome and outcome.value,
            "codes": [form["code"] for form in at.provider.exchanges],
        }


if __name__ == "__main__":
    app = App(sys.argv[:1])
    with asyncio.Runner(loop_factory=lambda: AppLoop(app)) as runner:
        sys.stdout.write(json.dumps(runner.run(try_all(Path(sys.argv[1]), sys.argv[2]))))
