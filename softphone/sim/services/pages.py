"""The pages of the demo company's sign-in: plain HTML forms, no script, readable at 400 px.

Every value is escaped here and nowhere else. Field and button ids (`email`, `password`, `signInSubmit`,
`acceptButton`, `denyButton`) are stable: tests drive the pages by them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from softphone.sim.services.people import Person

# So many people are named on the page; `forty` has more than fit.
_NAMED = 6

_SCOPE_WORDS = {
    "spark:webrtc_calling": "Place and receive calls from this program",
    "spark:calls_read": "See your calls",
    "spark:calls_write": "Control your calls",
    "spark:xsi": "Use your calling features",
    "spark:kms": "Use encryption keys of your account",
    "spark:people_read": "See your name and e-mail address",
    "spark:telephony_config_read": "See your phone number and extension",
}

_STYLE = """
:root{color-scheme:light dark;--page:#f3f4f6;--card:#fff;--ink:#1b1d22;--soft:#545b66;--edge:#868d98;
--line:#e1e4e9;--accent:#0b5cad;--on:#fff;--bad:#b3261e;--badbg:#fce7e5;--tint:#e4effb}
@media(prefers-color-scheme:dark){:root{--page:#16181c;--card:#1f2126;--ink:#eceef2;--soft:#a9b1bd;
--edge:#757d8a;--line:#343840;--accent:#7db8f5;--on:#0e1116;--bad:#ff9b93;--badbg:#43191a;--tint:#102a45}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:24px 16px;background:var(--page);
color:var(--ink);font:16px/1.5 system-ui,"Segoe UI",Roboto,Cantarell,"Noto Sans",sans-serif}
main{width:100%;max-width:400px;background:var(--card);border:1px solid var(--line);border-radius:12px;
padding:32px 28px;box-shadow:0 1px 2px rgba(0,0,0,.06),0 8px 24px rgba(0,0,0,.06)}
.brand{display:flex;align-items:center;gap:10px;color:var(--soft);font-size:14px;margin:0 0 20px}
.brand i{width:28px;height:28px;border-radius:8px;background:var(--accent);color:var(--on);display:grid;
place-items:center;font:700 15px/1 system-ui,sans-serif}
h1{font-size:22px;line-height:1.25;margin:0 0 6px}
p{margin:0 0 16px}.soft{color:var(--soft)}
label{display:block;font-weight:600;font-size:14px;margin:14px 0 4px}
input{width:100%;font:inherit;color:inherit;background:var(--card);border:1px solid var(--edge);
border-radius:8px;padding:9px 12px}
button{font:inherit;font-weight:600;border-radius:8px;padding:10px 16px;min-height:44px;cursor:pointer;
border:1px solid var(--edge);background:transparent;color:inherit;flex:1}
button.main{background:var(--accent);border-color:var(--accent);color:var(--on)}
input:focus-visible,button:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.row{display:flex;gap:10px;margin-top:14px;padding:8px 0;position:sticky;bottom:0;background:var(--card)}
.bad{background:var(--badbg);color:var(--bad);border-radius:8px;padding:10px 12px;font-size:14px}
.note{margin:24px 0 0;padding:12px 14px;border-radius:8px;background:var(--tint);font-size:14px}
.note ul{margin:4px 0;padding:0;list-style:none}.note code{overflow-wrap:anywhere}
ul.scopes{margin:0;padding:0;list-style:none;border-top:1px solid var(--line)}
ul.scopes li{padding:5px 0;font-size:15px;border-bottom:1px solid var(--line)}
ul.scopes small{display:block;line-height:1.3;color:var(--soft);overflow-wrap:anywhere}
code{font:13px/1.5 ui-monospace,"Cascadia Mono",Menlo,Consolas,monospace}
"""


def sign_in_page(transaction: str, people: Sequence[Person], email: str = "", trouble: str = "") -> str:
    """Return the page that asks who you are; `trouble` says why it is shown again."""
    note = f'<p class="bad" role="alert" id="trouble">{escape(trouble)}</p>' if trouble else ""
    first, second = ("", " autofocus") if email else (" autofocus", "")
    return _page(
        "Sign in",
        f"""<h1>Sign in</h1>
<p class="soft">to continue to the softphone</p>
{note}
<form method="post" action="/v1/authorize/sign-in" autocomplete="off">
{_hidden(transaction)}
<label for="email">E-mail address</label>
<input id="email" name="email" type="email" required value="{escape(email)}"{first}>
<label for="password">Password</label>
<input id="password" name="password" type="password" required{second}>
<div class="row"><button class="main" id="signInSubmit" type="submit">Sign in</button></div>
</form>
{_sample_people(people)}""",
    )


def consent_page(transaction: str, person: Person, scopes: Iterable[str]) -> str:
    """Return the page that asks whether the program may do what it wants to."""
    rows = "\n".join(
        f"<li>{escape(_SCOPE_WORDS.get(scope, scope))}<small>{escape(scope)}</small></li>" for scope in scopes
    )
    return _page(
        "Allow access",
        f"""<h1>Allow the softphone?</h1>
<p class="soft">Signed in as {escape(person.display_name or person.name)} ({escape(person.name)}).
The softphone would like to:</p>
<form method="post" action="/v1/authorize/consent">
{_hidden(transaction)}
<ul class="scopes" id="scopes">
{rows}
</ul>
<div class="row">
<button id="denyButton" type="submit" name="decision" value="deny">Deny</button>
<button class="main" id="acceptButton" type="submit" name="decision" value="accept">Accept</button>
</div>
</form>""",
    )


def code_page(user_code: str, trouble: str = "") -> str:
    """Return the page that asks for the code another device shows."""
    note = f'<p class="bad" role="alert" id="trouble">{escape(trouble)}</p>' if trouble else ""
    return _page(
        "Connect a device",
        f"""<h1>Enter the code</h1>
<p class="soft">that the other device shows</p>
{note}
<form method="post" action="/v1/device/code" autocomplete="off">
<label for="userCode">Code</label>
<input id="userCode" name="user_code" required value="{escape(user_code)}" autofocus>
<div class="row"><button class="main" id="codeSubmit" type="submit">Next</button></div>
</form>""",
    )


def trouble_page(title: str, text: str) -> str:
    """Return the page for a request that cannot be sent back to the program."""
    return _page(title, f'<h1>{escape(title)}</h1>\n<p class="soft">{escape(text)}</p>')


def _sample_people(people: Sequence[Person]) -> str:
    rows = "\n".join(
        f"<li><code>{escape(one.name)}</code>, password <code>{escape(one.password)}</code></li>"
        for one in people[:_NAMED]
    )
    more = len(people) - _NAMED
    rest = f"<li>and {more} more like them</li>" if more > 0 else ""
    return f"""<div class="note">This is a demonstration. Sample people:
<ul id="samplePeople">
{rows}
{rest}
</ul></div>"""


def _hidden(transaction: str) -> str:
    return f'<input type="hidden" name="transaction" value="{escape(transaction)}">'


def _page(title: str, content: str) -> str:
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)} - Example Company</title>
<link rel="icon" href="data:,">
<style>{_STYLE}</style>
</head>
<body>
<main>
<p class="brand"><i aria-hidden="true">E</i>Example Company</p>
{content}
</main>
</body>
</html>
"""
