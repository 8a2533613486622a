"""Files that somebody else may have written, of settings, profiles and certificates; and proxies."""

import base64
import contextlib
import json
import os
import shutil
import tempfile
import tomllib
import urllib.request
from collections.abc import Iterator
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

import msgspec
import tomli_w

from softphone.checks import update_source
from softphone.checks.reach import _credentials, host_of
from softphone.errors import ConfigError
from softphone.settings import this_computer
from softphone.settings.cloud_file import Cloud, Network, read_cloud
from softphone.settings.keys import KEYS, settings_of
from softphone.settings.policy_file import Managed, apply, read_managed
from softphone.settings.profile import Profile, _Document, accounts_in
from softphone.settings.proxy import UnusableProxyError, find_proxy
from softphone.settings.store import SettingsStore
from softphone.settings.transfer import read_import, write_export
from softphone.system import live_secrets
from softphone.system.files import parse_toml
from tests.hostile.fuzz.target import Target, promise, texts

_TOML_BYTES = 24 * 1024  # the parser takes 0.7 ms for a KB of a list, however long it is
_RESOURCES = Path(__file__).parents[4] / "resources"
_WORDS = (
    *("[cloud]", "[policy]", "[network]", "[settings]", "[[a]]", "a.b.c", "= true", "= 1", '= "x"', "= []"),
    *("= {}", "'''", '"""', "#", "\\U0001F600", "\\uD800", "1979-05-27T07:32:00Z", "07:32:00", "inf", "nan"),
    *("0xff", "1e5", "proxy", "extra_ca_file", "region", "country", "theme", "trusted_hosts", "redirect_uri"),
    *("scopes", "version"),
    *("https://a..b/", "https://[::1", "http://localhost:99999", "http://127.0.0.1:1", "file:///dev/zero"),
)


@cache
def folder() -> Path:
    """A folder of this process for the files of its executions, in memory where there is such a place."""
    place = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    return Path(tempfile.mkdtemp(prefix="softphone-fuzz-", dir=place))


def forked() -> None:
    """Begin a process that will `leave`: the folder of its parent stays its parent's."""
    folder.cache_clear()


def leave() -> None:
    """Remove what the executions of this process have left."""
    if folder.cache_info().currsize:
        shutil.rmtree(folder(), ignore_errors=True)
        folder.cache_clear()


def _as_toml(data: bytes) -> bytes:
    """TOML as it is; and a JSON object, whose values the mutator knows how to make odd, in TOML."""
    if data[:1] != b"{":
        return data
    try:
        return tomli_w.dumps(_without_nothing(json.loads(data))).encode()[:_TOML_BYTES]
    except (ValueError, TypeError, RecursionError, AttributeError):
        return data


def _without_nothing(value: Any) -> Any:
    """The value without null, which TOML does not have."""
    if isinstance(value, dict):
        return {name: _without_nothing(inner) for name, inner in value.items() if inner is not None}
    return [_without_nothing(one) for one in value if one is not None] if isinstance(value, list) else value


def _both(content: bytes) -> Iterator[bytes]:
    """A file as TOML and as JSON."""
    yield content
    with contextlib.suppress(ValueError):
        yield json.dumps(tomllib.loads(content.decode())).encode()


def _cloud_file(data: bytes) -> object:
    data = _as_toml(data)
    cloud = read_cloud(data, "/etc/softphone/cloud.toml")
    for url in (cloud.token_url, cloud.api_url, cloud.region_url):
        promise(host_of(url), "an address has a host")
    promise(
        all(uri.startswith(("http://", "https://")) for uri in cloud.spare_redirect_uris),
        "addresses are some",
    )
    return cloud.policy


def _cloud_seeds() -> Iterator[bytes]:
    example = (_RESOURCES / "cloud.example.toml").read_text(encoding="utf-8")
    yield example.encode()
    bare = "\n".join(
        row.removeprefix("#").strip() for row in example.splitlines() if "=" in row or row.startswith("[")
    )
    yield bare.encode()
    yield b'[cloud]\napi_url = "http://127.0.0.1:1/v1"\n[network]\nproxy = "http://proxy.example.com:3128"\n'
    yield b"[policy]\nrecheck_s = [5.0, 10.0]\nrehoming_span_minutes = [60, 120]\ntime_scale = 0.1\n"


def _policy_file(data: bytes) -> object:
    data = _as_toml(data)
    managed = read_managed(parse_toml(data), "/etc/softphone/policy.toml")
    cloud = apply(Cloud(), settings_of({}), managed)
    promise(cloud.policy.keepalive_min_s <= cloud.policy.keepalive_max_s, "intervals are in order")
    promise(len(managed.notices) <= 21, "mistakes are few")
    return frozenset(managed.values), managed.notices


def _told_of_policy(found: Any) -> Iterator[str]:
    yield from found[1]


def _policy_seeds() -> Iterator[bytes]:
    example = (_RESOURCES / "policy.example.toml").read_text(encoding="utf-8")
    yield example.encode()
    rows = [row.removeprefix("#").strip() for row in example.splitlines()]
    yield "\n".join(row for row in rows if " = " in row or row.startswith("[")).encode()
    yield b'[settings]\ntheme = "dark"\n[cloud]\nclient_id = "C1"\n'
    yield b"[settings]\nkeepalive_min_s = 20\nkeepalive_default_s = 10\n"


def _settings_file(data: bytes) -> object:
    data = _as_toml(data)
    path = folder() / "default.settings.toml"
    path.write_bytes(data)
    path.chmod(0o600)
    store = SettingsStore(path, managed=Managed(values={"theme": "dark"}))
    for aside in folder().glob("default.settings.*-*"):
        aside.unlink()
    store.change(compact=True)
    again = SettingsStore(path, managed=Managed(values={"theme": "dark"}))
    promise(again.settings == store.settings, "what is written is read again")
    promise(again.cloud.policy.retry_base_s <= again.cloud.policy.retry_cap_s, "intervals are in order")
    return store.notice, frozenset(store.chosen)


def _settings_seeds() -> Iterator[bytes]:
    rows = "\n".join(
        f"{name} = {value}"
        for name, value in (
            ("theme", '"light"'),
            ("history_days", "30"),
            ("proxy", '"none"'),
            ("region", '"US-EAST"'),
            ("keepalive_min_s", "10"),
            ("recheck_s", "[5, 10.0]"),
            ("metrics_port", "9464"),
        )
    )
    yield f"version = 1\n[settings]\n{rows}\n".encode()
    yield b'version = 1\nunknown = 3\n[settings]\nfont = "x"\n'
    yield b"version = 2\n"


def _import(data: bytes) -> object:
    data = _as_toml(data)
    path = folder() / "import.toml"
    path.write_bytes(data)
    found = read_import(_store(), path)
    promise(set(found.changes) <= set(KEYS), "only settings are changed")
    return frozenset(found.changes), found.locked


@cache
def _store() -> SettingsStore:
    store = SettingsStore(folder() / "nothing.settings.toml", managed=Managed(values={"theme": "dark"}))
    write_export(store, folder() / "export.toml")
    return store


def _profile(data: bytes) -> object:
    data = _as_toml(data)
    path = folder() / "profile.toml"
    path.write_bytes(data)
    path.chmod(0o600)
    there = accounts_in(path)
    profile = Profile(path, "https://webexapis.com/v1", machine_folder=folder())
    for aside in folder().glob("profile.*-*"):
        aside.unlink()
    found = profile.accounts()
    promise(not found or {one.key for one in found} <= {one.key for one in there}, "one file, one reading")
    profile.note_use()
    again = Profile(path, "https://webexapis.com/v1", machine_folder=folder())
    promise(again.accounts() == found, "what is written is read again")
    return profile.notice, [(one.address, one.name, one.organisation) for one in found]


def _profile_parsed(data: bytes) -> object:
    data = _as_toml(data)
    try:
        document = msgspec.convert(parse_toml(data), _Document)
    except (ValueError, tomllib.TOMLDecodeError):
        return None
    text = tomli_w.dumps(msgspec.to_builtins(document))
    promise(msgspec.convert(parse_toml(text), _Document) == document, "what is written is read again")
    return [len(accounts) for accounts in document.clouds.values()]


def _profile_seeds() -> Iterator[bytes]:
    device = "https://wdm-a.wbx2.com/wdm/api/v1/devices/5f0b7a5e"
    record = {
        "address": "ada@example.com",
        "name": "Ada Lovelace",
        "organisation": "Example",
        "device_url": device,
        "other_device_urls": {"GUEST_CALLING": device},
        "known_device_urls": [device],
        "unwanted": ["GUEST_CALLING"],
        "lines": {
            "calling": {
                "asking": True,
                "interval_s": 30.0,
                "granted": [
                    {"device_id": "d1", "server_url": "https://m.webex.com/calling/web/", "uri": device}
                ],
            }
        },
    }
    clouds = {"https://webexapis.com/v1": {"8a67806f": record}}
    yield tomli_w.dumps({"version": 1, "machine": "a:b", "place": "c:d", "clouds": clouds}).encode()
    yield b"version = 1\n"
    yield b"version = 7\n"


def _proxy(data: bytes) -> object:
    """The variables of this computer: what stands in them nobody has looked at."""
    proxy_of, _, without = data.replace(b"\0", b"").partition(b"\n")
    kept = {name: os.environ.pop(name) for name in [*os.environ] if name.lower().endswith("_proxy")}
    os.environb[b"https_proxy"], os.environb[b"no_proxy"] = proxy_of, without
    try:
        live_secrets.forget()
        found = find_proxy(Network(), "mobius.webex.com")
        urllib.request.getproxies()
    finally:
        for name in ("https_proxy", "no_proxy"):
            os.environ.pop(name, None)
        os.environ.update(kept)
    if found is None:
        return None
    promise(0 < found.port < 65536, "a port is one")
    promise(found.host.isascii() and " " not in found.host, "a host can be dialled")
    (found.user.encode(), found.password.encode())
    found.host.encode("ascii" if ":" in found.host else "idna")
    _credentials(found)
    return str(found)


def _certificates(data: bytes) -> object:
    """The bytes as they are, or in the armour of PEM, so that the certificate itself is read."""
    from softphone.ui.settings.certificate_field import _told

    path = folder() / "extra.pem"
    path.write_bytes(data if data[:5] == b"-----" else _armoured(data))
    network = read_cloud(f'[network]\nextra_ca_file = "{path}"\n', "/etc/softphone/cloud.toml").network
    promise(network.extra_ca_file == path, "the file is the one")
    return _told(path)


def _armoured(der: bytes) -> bytes:
    rows = base64.encodebytes(der)
    return b"-----BEGIN CERTIFICATE-----\n" + rows + b"-----END CERTIFICATE-----\n"


@cache
def _certificate_seeds() -> tuple[bytes, ...]:
    from tests.kit.certificates import certificate

    with tempfile.TemporaryDirectory() as place:
        pem = certificate(Path(place))[1].read_bytes()
        return pem, base64.b64decode(b"".join(pem.splitlines()[1:-1])), pem + pem


def _machine(data: bytes) -> object:
    path = folder() / "machine-id"
    path.write_bytes(data)
    found = this_computer._read_id(path)
    promise(not found or (found.isascii() and len(found) <= 64), "an id is one")
    mark = data.decode("utf-8", "replace")
    promise(this_computer.is_marked(this_computer.mark_of(mark), mark), "a mark is its computer's")
    return bool(found), this_computer.is_marked(mark, "machine")


def _update_source(data: bytes) -> object:
    data = _as_toml(data)
    source = update_source.read_update_source(data)
    promise(source.url.startswith("https://"), "a list comes over https")
    promise(source.trust.refusal(source.address) is None, "its host may be asked")
    return source.address.host, source.url


TARGETS = (
    Target(
        name="cloud file",
        read=_cloud_file,
        modules=("settings/cloud_file.py", "system/files.py"),
        seeds=lambda: chain.from_iterable(map(_both, _cloud_seeds())),
        words=_WORDS,
        raises=(ConfigError,),
        most_bytes=_TOML_BYTES,
        share=1,
    ),
    Target(
        name="policy file",
        read=_policy_file,
        modules=("settings/policy_file.py", "settings/keys.py"),
        seeds=lambda: chain.from_iterable(map(_both, _policy_seeds())),
        words=(*_WORDS, *KEYS),
        raises=(ValueError,),
        told=_told_of_policy,
        told_chars=2500,
        most_bytes=_TOML_BYTES,
        share=0.15,
    ),
    Target(
        name="settings file",
        read=_settings_file,
        modules=("settings/store.py", "settings/toml_file.py"),
        seeds=lambda: chain.from_iterable(map(_both, _settings_seeds())),
        words=(*_WORDS, *KEYS),
        raises=(ConfigError,),
        told=texts,
        told_chars=2500,
        most_bytes=_TOML_BYTES,
        share=0.1,
    ),
    Target(
        name="settings import",
        read=_import,
        modules=("settings/transfer.py",),
        seeds=lambda: chain.from_iterable(map(_both, _settings_seeds())),
        words=(*_WORDS, *KEYS),
        most_bytes=_TOML_BYTES,
        share=1.5,
        told=texts,
    ),
    Target(
        name="profile's document",
        read=_profile_parsed,
        modules=("settings/profile.py", "settings/ledger.py"),
        seeds=lambda: chain.from_iterable(map(_both, _profile_seeds())),
        words=_WORDS,
        raises=(),
        most_bytes=_TOML_BYTES,
        share=1.5,
    ),
    Target(
        name="profile file",
        read=_profile,
        modules=("settings/profile.py", "settings/toml_file.py"),
        seeds=lambda: chain.from_iterable(map(_both, _profile_seeds())),
        words=_WORDS,
        raises=(ConfigError,),
        told=texts,
        most_bytes=_TOML_BYTES,
        share=0.1,
    ),
    Target(
        name="proxies of this computer",
        read=_proxy,
        modules=("settings/proxy.py", "checks/reach.py"),
        seeds=lambda: [
            b"http://user:pass%40@proxy.example.com:3128\nlocalhost,.example.com",
            b"proxy:80\n*",
            b"http://[2001:db8::1]:8080\n",
            b"socks5://proxy:1080\n",
        ],
        words=("http://", "https://", "socks5://", "@", ":", "[::1]", "%", ",", "*", ".", "user:", "a" * 70),
        raises=(UnusableProxyError,),
        told=texts,
        usual_bytes=512,
        most_bytes=8192,
        share=0.8,
    ),
    Target(
        name="certificate files",
        read=_certificates,
        modules=("settings/cloud_file.py", "ui/settings/certificate_field.py"),
        seeds=_certificate_seeds,
        words=("-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----", "-----BEGIN X509 CRL-----"),
        raises=(ConfigError,),
        told=texts,
        share=0.1,
    ),
    Target(
        name="this computer's id",
        read=_machine,
        modules=("settings/this_computer.py",),
        seeds=lambda: [b"0123456789abcdef0123456789abcdef\n", b"uninitialized\n", b"a:b"],
        raises=(),
        share=2,
    ),
    Target(
        name="update source",
        read=_update_source,
        modules=("checks/update_source.py",),
        seeds=lambda: [
            b'url = "https://updates.example.com/softphone/list.json"\npublic_key = "'
            + base64.b64encode(bytes(range(32)))
            + b'"\n'
        ],
        words=_WORDS,
        raises=(ValueError,),
        told=texts,
        told_chars=2048,
        most_bytes=_TOML_BYTES,
        share=5,
    ),
)
