"""A page that keeps all it can: a program.

`python -m tests.ui.sign_in.programs.hoarding_page FOLDER`; look at its HOME after.
Signs in at a service whose page has a password typed in and stores it as cookie, in local storage, in a
database and in a cache; then follows the redirect, tears the page down and ends.
"""

import asyncio
import sys
from pathlib import Path

from softphone.ui.loop import AppLoop
from softphone.ui.opening import App
from tests.kit.secrets import CODE, PASSWORD
from tests.ui.conftest import emitted
from tests.ui.provider import Page, sign_in_page, visit

BODY = f"""<title>here</title><form><input name=p type=password value={PASSWORD}></form><script>
(async () => {{
document.cookie = 'kept={PASSWORD}; max-age=999999';
localStorage.kept = sessionStorage.kept = '{PASSWORD}';
const opened = indexedDB.open('kept');
opened.onupgradeneeded = () => opened.result.createObjectStore('s');
await new Promise(done => opened.onsuccess = done);
const put = opened.result.transaction('s', 'readwrite').objectStore('s').put('{PASSWORD}', 'k');
await new Promise(done => put.onsuccess = done);
await (await caches.open('kept')).put('/kept', new Response('{PASSWORD}'));
location = '{{redirect}}?code={CODE}&state={{state}}';
}})()</script>"""
KEEP = {"Set-Cookie": f"server={PASSWORD}; Max-Age=999999", "Cache-Control": "max-age=999999"}


async def hoard(folder: Path) -> None:
    async with visit(folder, sign_in_page(Page(BODY, headers=KEEP))) as at:
        await emitted(at.view.captured)


if __name__ == "__main__":
    app = App(sys.argv[:1])
    with asyncio.Runner(loop_factory=lambda: AppLoop(app)) as runner:
        runner.run(hoard(Path(sys.argv[1])))
