"""What the packages say of the program, and that it fits the program and what the scripts install."""

import re
import runpy
import xml.etree.ElementTree as ET
from configparser import ConfigParser
from pathlib import Path

import pytest

from softphone import exit_codes
from softphone.system.folders import APP_ID
from tests.packaging.test_libraries import listed

PACKAGING = Path(__file__).parents[2] / "packaging"
LINUX = PACKAGING / "linux"
RESOURCES = PACKAGING.parent / "resources"


def listed_in_nfpm(key: str) -> list[str]:
    """Return the rows of one list of the description; no library of YAML is needed for that."""
    below = re.split(rf"(?m)^{key}:.*\n", (LINUX / "nfpm.yaml").read_text())[1]
    return [row.strip(" -\n") for row in re.match(r"(?:  - .*\n)*", below)[0].splitlines()]  # type: ignore[index]


def desktop_entry() -> ConfigParser:
    entry = ConfigParser(interpolation=None)
    entry.optionxform = str  # type: ignore[assignment,method-assign]
    entry.read(LINUX / f"{APP_ID}.desktop")
    return entry


def test_the_deb_needs_what_the_scripts_install_for_a_checkout():
    assert listed_in_nfpm("depends")[1:] == listed()


def test_every_file_that_a_package_takes_from_here_is_here():
    sources = re.findall(r"src: (packaging/[^, ]+)", (LINUX / "nfpm.yaml").read_text())
    assert len(sources) >= 4
    for source in sources:
        assert (PACKAGING.parent / source.strip()).exists(), source


def test_the_menu_the_metainfo_and_the_icons_have_the_id_of_the_program():
    entry = desktop_entry()
    assert entry["Desktop Entry"]["Icon"] == APP_ID
    metainfo = ET.parse(LINUX / f"{APP_ID}.metainfo.xml")
    assert metainfo.findtext("id") == APP_ID
    assert metainfo.findtext("launchable") == f"{APP_ID}.desktop"
    assert runpy.run_path(str(LINUX / "about.py"))["METAINFO"] == f"{APP_ID}.metainfo.xml"


def test_the_metainfo_of_a_release_names_its_home_and_pictures_that_there_are():
    about = runpy.run_path(str(LINUX / "about.py"))
    plain = ET.fromstring(about["_metainfo"](""))
    assert plain.find("screenshots") is None
    assert [release.get("version") for release in plain.iter("release")] == [
        version for version, _ in about["_releases"]()
    ]
    released = ET.fromstring(about["_metainfo"]("https://example.com/softphone"))
    pictures = [image.text or "" for image in released.iter("image")]
    assert pictures
    for picture in pictures:
        assert (RESOURCES / "screenshots" / picture.rpartition("/")[2]).exists(), picture


def test_the_changelog_of_the_deb_has_each_release(monkeypatch: pytest.MonkeyPatch):
    about = runpy.run_path(str(LINUX / "about.py"))
    monkeypatch.setenv("MAINTAINER", "Nobody <nobody@example.com>")
    text = "\n".join(about["_debian_changelog"]())
    for version, _ in about["_releases"]():
        assert f"softphone ({version}) stable; urgency=medium\n" in text
    assert re.search(r"^ -- Nobody <nobody@example.com>  \w{3}, \d\d \w{3} \d{4} ", text, re.MULTILINE)


def test_the_service_is_not_started_again_where_that_would_change_nothing():
    row = re.search(
        r"^RestartPreventExitStatus=(.*)$", (LINUX / "softphone.service").read_text(), re.MULTILINE
    )
    assert row is not None
    assert set(map(int, row[1].split())) == {
        exit_codes.EXIT_USAGE,
        exit_codes.EXIT_SIGN_IN_NEEDED,
        exit_codes.EXIT_PROFILE_IN_USE,
    }


@pytest.mark.parametrize("drawing", ["softphone", "softphone-small", "softphone-symbolic"])
def test_each_drawing_of_the_icon_is_square(drawing: str):
    root = ET.parse(RESOURCES / "icons" / f"{drawing}.svg").getroot()
    _, _, width, height = root.attrib["viewBox"].split()
    assert width == height
    assert len(list(root)) > 1
