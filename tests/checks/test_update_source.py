"""Who looks for newer versions: a bundle that nobody else looks after, whose build says where."""

import base64
import logging
import sys
from pathlib import Path

import pytest

from softphone.checks.update_source import find_update_source, is_left_to_itself, read_update_source

KEY = bytes(range(32))
IN_BASE64 = base64.b64encode(KEY).decode()
URL = "https://updates.example.com/softphone.json"
BUNDLE = "/home/ada/softphone/softphone"


def written(url: str = URL, key: str = IN_BASE64) -> bytes:
    return f'url = "{url}"\npublic_key = "{key}"\n'.encode()


@pytest.mark.parametrize(
    ("platform", "executable", "left"),
    [
        ("linux", BUNDLE, True),
        ("linux", "/usr/local/softphone/softphone", True),
        ("linux", "/tmp/.mount_softph12/softphone", True),  # an AppImage
        ("linux", "/usrlocal/softphone", True),
        ("linux", "/usr/lib/softphone/softphone", False),  # deb, rpm
        ("linux", "/opt/softphone/softphone", False),
        ("linux", "/app/softphone/softphone", False),  # Flatpak
        ("linux", "/snap/softphone/12/softphone", False),
        ("linux", "/var/lib/snapd/snap/softphone/12/softphone", False),
        ("linux", "/nix/store/abc-softphone/softphone", False),
        ("darwin", "/Applications/Softphone.app/Contents/MacOS/softphone", True),
        ("darwin", "/opt/homebrew/Cellar/softphone/1/softphone", False),
        ("win32", r"C:\Users\Ada\softphone\softphone.exe", True),
        ("win32", r"C:\Program Files\Softphone\softphone.exe", True),
        ("win32", r"C:\Program Files\WindowsApps\Softphone_1_x64\softphone.exe", False),  # MSIX
        ("win32", r"D:\windowsapps\Softphone_1_x64\softphone.exe", False),
        ("win32", r"C:\ProgramData\chocolatey\lib\softphone\softphone.exe", False),
        ("win32", r"C:\Users\Ada\scoop\apps\softphone\1\softphone.exe", False),
    ],
)
def test_only_a_bundle_that_a_person_has_unpacked_is_left_to_itself(
    platform: str, executable: str, *, left: bool
):
    assert is_left_to_itself(executable, frozen=True, platform=platform) is left
    assert not is_left_to_itself(executable, frozen=False, platform=platform)  # pip, a checkout


@pytest.fixture
def bundle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", BUNDLE)
    monkeypatch.setattr(sys, "platform", "linux")


def test_a_bundle_looks_where_its_build_says(bundle: None, tmp_path: Path):
    file = tmp_path / "updates.toml"
    assert find_update_source(file) is None
    file.write_bytes(written())
    source = find_update_source(file)
    assert source is not None
    assert (source.url, source.public_key) == (URL, KEY)


def test_pips_and_a_checkout_look_nowhere_whatever_is_shipped(tmp_path: Path):
    file = tmp_path / "updates.toml"
    file.write_bytes(written())
    assert find_update_source(file) is None


def test_a_bundle_that_leads_to_a_package_looks_nowhere(
    bundle: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    file, link = tmp_path / "updates.toml", tmp_path / "softphone"
    file.write_bytes(written())
    link.symlink_to("/usr/lib/softphone/softphone")
    monkeypatch.setattr(sys, "executable", str(link))
    assert find_update_source(file) is None


@pytest.mark.parametrize(
    "content",
    [
        b"\xff",
        b"url = 1",
        b"",
        b'url = "' + URL.encode() + b'"\n',
        written(key=""),
        written(key="AAAA"),
        written(key=IN_BASE64 + "\u00e4"),
        written(key=base64.b64encode(bytes(33)).decode()),
        written("http://updates.example.com/softphone.json"),
        written("http://127.0.0.1/softphone.json"),
        written("https://updates.example.com"),
        written("https://updates.example.com/"),
        written("https://updates.example.com/softphone.json?x=1"),
        written("https://updates.example.com:8443/softphone.json"),
        written("https://ada@updates.example.com/softphone.json"),
        written("https://192.0.2.1/softphone.json"),
        written("https://updates/softphone.json"),
    ],
)
def test_a_build_that_says_it_wrongly_looks_nowhere_and_the_log_says_so(
    bundle: None, tmp_path: Path, caplog: pytest.LogCaptureFixture, content: bytes
):
    with pytest.raises(ValueError):  # noqa: PT011 - what is wrong stands in the log
        read_update_source(content)
    file = tmp_path / "updates.toml"
    file.write_bytes(content)
    with caplog.at_level(logging.WARNING):
        assert find_update_source(file) is None
    assert str(file) in caplog.text
    caplog.clear()
