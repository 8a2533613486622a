"""The program as a screen reader meets it, over the real accessibility bus and from another process."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kit.screen_reader import ScreenReader, Thing, session

ADA = "Ada Lovelace"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="AT-SPI is Linux's"),
]


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[ScreenReader]:
    with session(tmp_path) as (reader, environment):
        reader.listen()
        environment["SOFTPHONE_HOME"] = str(tmp_path / "home")
        if os.geteuid() == 0:
            environment["QTWEBENGINE_DISABLE_SANDBOX"] = "1"
        with subprocess.Popen(
            [sys.executable, "-m", "softphone", "--demo", "calm", "--time-scale", "0.2"],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as program:
            try:
                yield reader
            finally:
                program.terminate()
                assert program.wait(timeout=60) == 0


def card_in(reader: ScreenReader) -> Thing:
    """The card of the only line: it can have the focus, and is no button, as the account chip is."""

    def look() -> Thing | None:
        found = (each for each in reader.tree() if each.name == ADA and "focusable" in each.states)
        return next((each for each in found if each.role != "push button"), None)

    card: Thing = reader.wait("the card", look)
    return card


def test_a_blind_person_signs_in_registers_deregisters_and_hears_it(reader: ScreenReader):
    reader.press(reader.find("push button", "Sign in with Webex"))
    for field, text in (("E-mail address", "ada@example.com"), ("Password", "demo")):
        reader.focus(reader.find("text", field))
        reader.type(text)
    reader.enter(reader.find("push button", "Sign in"))
    reader.enter(reader.find("push button", "Accept"))

    card = card_in(reader)
    assert {"focusable", "showing", "enabled"} <= card.states
    name = card.name
    reader.find("label", f"{name}: Registered")
    reader.hear(lambda words: words.startswith(f"{name}: Registered. Webex can reach this line. Confirmed"))
    assert card_in(reader).description.startswith("Webex can reach this line.")

    reader.press(reader.find("push button", f"Deregister, {name}"))
    reader.hear(lambda words: words.startswith(f"{name}: Not registered. Webex cannot reach this line. You"))
    reader.find("label", f"{name}: Not registered")

    reader.press(reader.find("push button", f"Register, {name}"))
    reader.hear(lambda words: words.startswith(f"{name}: Registered."))
    reader.find("label", f"{name}: Registered")


def test_every_button_that_shows_has_a_name(reader: ScreenReader):
    reader.find("push button", "Sign in with Webex")
    buttons = [each for each in reader.tree() if each.role == "push button"]
    assert len(buttons) >= 2
    assert all(each.name for each in buttons)
