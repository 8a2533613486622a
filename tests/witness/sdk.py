"""Fetches the vendor's SDK, and runs it once."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from softphone.sim.server import CloudServer

VERSION = "3.12.0"
PACKAGES = (f"webex@{VERSION}", f"@webex/calling@{VERSION}", "esbuild@0.25.0")

_HERE = Path(__file__).parent
_ENTRY = "export { default } from 'webex/calling';\n"
_FETCH_LIMIT_S = 900.0

# What the SDK may need beyond its scenario to load, sign in and find the servers; busy machines are slow.
_START_LIMIT_S = 60.0


class NoSdkError(Exception):
    """The SDK cannot be had here; the text is one line for the person."""


@dataclass(frozen=True, slots=True)
class LineEvent:
    """One event of the SDK's line, in seconds since `register()`; `error` is the type of an error."""

    at_s: float
    event: str
    error: str | None = None


def bundle_path() -> Path:
    """Return where the bundled SDK is once it was fetched."""
    return _cache() / VERSION / "sdk.cjs"


def fetch() -> Path:
    """Return the bundled SDK, fetched once; raises NoSdkError."""
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            raise NoSdkError(f"{program} is not on this machine: install Node.js 18 or newer")
    bundle = bundle_path()
    folder = bundle.parent
    if bundle.exists():
        return bundle
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "package.json").write_text('{"private": true}\n', encoding="utf-8")
    (folder / "entry.mjs").write_text(_ENTRY, encoding="utf-8")
    _run("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", *PACKAGES, folder=folder)
    esbuild = folder / "node_modules" / "esbuild" / "bin" / "esbuild"
    # Under another name first: a bundle that is there is whole.
    options = ("--bundle", "--platform=node", "--format=cjs", "--outfile=sdk.new.cjs", "--log-level=error")
    _run("node", str(esbuild), "entry.mjs", *options, folder=folder)
    (folder / "sdk.new.cjs").replace(bundle)
    return bundle


def run(
    bundle: Path,
    *,
    base: str,
    token: str,
    issuer: Path,
    end_at_s: float,
    deregister_at_s: float | None,
) -> list[LineEvent]:
    """Let the SDK register one line and watch it for `end_at_s`; raises RuntimeError when it breaks.

    `issuer` is the file of the certificate that signed the cloud's.
    """
    wish = {"base": base, "token": token, "deregister_at_s": deregister_at_s, "end_at_s": end_at_s}
    done = subprocess.run(
        ["node", str(_HERE / "drive.cjs"), str(bundle), json.dumps(wish)],
        env={**os.environ, "NODE_EXTRA_CA_CERTS": str(issuer)},
        capture_output=True,
        text=True,
        timeout=_START_LIMIT_S + end_at_s,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr.strip()[-2000:])
    return [_line_event(text) for text in done.stdout.splitlines() if text.startswith("{")]


@contextlib.contextmanager
def started(bundle: Path, *, cloud: CloudServer, issuer: Path) -> Iterator[subprocess.Popen[str]]:
    """Let the SDK register a line of the first person, and tell of calls, until the block ends."""
    wish = {
        "base": cloud.base,
        "token": cloud.users[0].token,
        "deregister_at_s": None,
        "end_at_s": _START_LIMIT_S * 10,
        "calls": True,
    }
    with subprocess.Popen(
        ["node", str(_HERE / "drive.cjs"), str(bundle), json.dumps(wish)],
        env={**os.environ, "NODE_EXTRA_CA_CERTS": str(issuer)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def _line_event(text: str) -> LineEvent:
    told = json.loads(text)
    return LineEvent(told["at_s"], told["event"], told.get("error"))


def _cache() -> Path:
    root = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(root) / "softphone" / "witness"


def _run(*command: str, folder: Path) -> None:
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=_FETCH_LIMIT_S, check=False
        )
    except subprocess.TimeoutExpired:
        raise NoSdkError(f"'{command[0]}' did not end within {_FETCH_LIMIT_S:.0f} s") from None
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise NoSdkError(f"'{' '.join(command[:2])}' failed: {reason}")
