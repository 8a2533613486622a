"""The program as processes of their own behind a hostile proxy, which is all that they reach.

Nothing in them is replaced: the cloud file names the proxy and a CA. What they print, their logs at DEBUG,
their files, the capsule and the report are searched.
"""

import asyncio
import os
import sys
from pathlib import Path

from tests.hostile.tokens.cloud.tunnels import PROXY
from tests.hostile.tokens.on_sockets import HOST, Internet
from tests.hostile.tokens.trusted import DEVICE_TOKEN_URL, DEVICE_URL, Judgement

WATCHED_S = 4
_DEADLINE_S = 60.0
_VARIABLES = {"CANARY_TOKEN": "bearer", "SOFTPHONE_CLIENT_SECRET": "client"}
_CLOUD = """[cloud]
client_id = "C0ffee"
device_authorization_url = "{device}"
device_token_url = "{device_token}"
[network]
proxy = "http://{host}:{port}"
extra_ca_file = "{ca_file}"
[policy]
time_scale = 0.01
"""
_TOKEN = ("--token-env", "CANARY_TOKEN", "--log-level", "debug")
# In this order: what comes later reads what was written before.
_COMMANDS = (
    ("watch", "--json", "--for", WATCHED_S, *_TOKEN),
    ("watch", "--for", WATCHED_S / 4, *_TOKEN),
    ("first-contact", "--out", "{home}/report.json", *_TOKEN),
    ("history", "--json"),
    ("outages",),
    ("diagnostics", "{home}/capsule.zip", "--with-names"),
    ("doctor",),
    ("logs",),
)


async def run_commands(internet: Internet, judgement: Judgement, home: Path) -> None:
    """Run each command to its end, below the home."""
    port = await internet.port_of(PROXY, 3128)
    cloud = home / "cloud.toml"
    cloud.write_text(
        _CLOUD.format(
            device=DEVICE_URL,
            device_token=DEVICE_TOKEN_URL,
            host=HOST,
            port=port,
            ca_file=internet.authority.ca_file,
        )
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    environment |= {"HOME": str(home), "SOFTPHONE_HOME": str(home / "s"), "XDG_RUNTIME_DIR": str(home)}
    environment |= {name: judgement.secrets.new(kind) for name, kind in _VARIABLES.items()}
    for name, *options in _COMMANDS:
        words = [str(option).format(home=home) for option in options]
        where = ["--cloud", str(cloud)] if name not in {"history", "outages", "logs"} else []
        if "--token-env" not in words:  # it holds nothing, so it cannot know what it is told again
            judgement.secrets.held.clear()
        running = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "softphone", name, *where, *words),
            env=environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        async with asyncio.timeout(_DEADLINE_S):
            printed, complained = await running.communicate()
        judgement.must_be_clean(f"what {name} printed", printed)
        judgement.must_be_clean(f"what {name} complained of", complained)
        if b"Traceback" in complained:
            judgement.wrong.append(f"{name} died: {complained[-2000:].decode(errors='replace')}")
