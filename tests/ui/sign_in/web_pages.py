"""A loopback web server with pages that try every way to the redirect URI, and a memory of what was asked."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

CALLBACK = "/softphone/callback"

ANSWER = "code=c%20d&state=s"

_MIDDLE = "<style>body{font:16px sans-serif;display:grid;place-items:center;height:90vh}</style>"
PAGES = {
    "/sign-in": "<style>body{font:16px sans-serif;display:grid;place-items:center;height:90vh;color:#1b1d22}"
    "form{display:grid;gap:12px;width:280px}input,button{font:inherit;padding:8px}</style>"
    "<form><b>Sign in to Example Ltd</b><input value=ada@example.com><input type=password value=secret>"
    "<button>Sign in</button></form>",
    "/sign-in-blocked": f"{_MIDDLE}<div><h2>Access blocked</h2>This browser or app may not be secure.</div>",
    "/sign-in-words": f"{_MIDDLE}<form><b>Sign in to Example Ltd</b><br><input type=password></form>"
    "<script>alert('Wrong password, 2 attempts left')</script>",
    "/plain": "<title>plain</title><p>Who are you?</p>",
    "/script": "<script>location.href = '{redirect}'</script>",
    "/meta": "<meta http-equiv=refresh content='0;url={redirect}'>",
    "/form": "<form action='{redirect_bare}'><input name=code value='c d'><input name=state value=s></form>"
    "<script>document.forms[0].submit()</script>",
    "/link": "<a id=go href='{redirect}'>go</a><script>document.getElementById('go').click()</script>",
    "/blank-link": "<a id=go target=_blank href='{redirect}'>go</a>"
    "<script>document.getElementById('go').click()</script>",
    "/popup": "<script>open('{redirect}')</script>",
    "/late-popup": "<script>w = open('/plain'); setTimeout(() => w.location = '{redirect}', 100)</script>",
    "/alert": "<script>alert('stop'); document.title = confirm('go on?') ? 'yes' : 'no'</script>",
}


class Web:
    """The server: `base` is its address, `redirect` where its pages go, `asked` what it was asked for."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.redirect_uri = base + CALLBACK
        self.asked: list[str] = []

    def reply(self, path: str) -> tuple[int, dict[str, str], str]:
        self.asked.append(path)
        redirect = f"{self.redirect_uri}?{ANSWER}"
        if path in {"/302", "/307"}:
            return int(path[1:]), {"Location": redirect}, ""
        page = PAGES.get(path.partition("?")[0])
        if page is None:
            return 404, {}, ""
        return 200, {}, page.replace("{redirect_bare}", self.redirect_uri).replace("{redirect}", redirect)

    @property
    def callbacks(self) -> list[str]:
        return [path for path in self.asked if path.startswith(CALLBACK)]


@contextmanager
def serve() -> Iterator[Web]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = web.reply(self.path)
            self.send_response(status)
            for name, value in ({"Content-Type": "text/html", "Connection": "close"} | headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    web = Web(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield web
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
