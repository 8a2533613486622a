"""Pictures of every screen: `python -m tests.ui.gallery FOLDER`; `--nine`, `--kit` or `--one` for a part.

`--screenshots` paints those of the README: the nine of the design, and the first of them for sharp screens.

First the nine pictures of the design, with its people and sizes, and the sheet of the kit into the folder
itself; they need its letters (Noto Sans) to be alike to the pixel. Then every screen in light and dark,
420x320 pixels, 200 %, German and the pseudo-locales, each kind into a folder of its own.
"""

import argparse
import asyncio
import os
import subprocess
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from softphone.ui import language
from softphone.ui.kit.theme import Theme
from softphone.ui.loop import AppLoop
from softphone.ui.opening import App
from tests.ui.gallery import kit, nine, screens

SCREENSHOTS = Path(__file__).parents[3] / "resources" / "screenshots"
SHARP = "panel-hero-light"
KINDS: dict[str, tuple[list[str], dict[str, str]]] = {
    "light": (["--sign-in"], {}),
    "dark": (["--dark", "--sign-in"], {}),
    "narrow": (["--narrow"], {}),
    "200": (["--narrow"], {"QT_SCALE_FACTOR": "2"}),
    "pseudo": (["--language", "pseudo"], {}),
    "pseudo-rtl": (["--language", "pseudo-rtl"], {}),
    "german": (["--language", "de"], {}),
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path, nargs="?", default=SCREENSHOTS)
    parser.add_argument("--screenshots", action="store_true", help="those of the README, in their place")
    parser.add_argument("--nine", action="store_true", help="only the nine pictures of the design")
    parser.add_argument("--only", metavar="NAME", help="with --nine: the picture of this name alone")
    parser.add_argument("--kit", action="store_true", help="only the sheet of the kit")
    parser.add_argument("--one", action="store_true", help="one kind only, as the other options say")
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--narrow", action="store_true")
    parser.add_argument("--language", default="en")
    parser.add_argument("--sign-in", action="store_true")
    options = parser.parse_args()
    again = [sys.executable, "-m", "tests.ui.gallery", str(options.folder)]
    if options.screenshots:
        subprocess.run([*again, "--nine"], check=True)
        sharp = [*again, "--nine", "--only", SHARP]
        subprocess.run(sharp, env=os.environ | {"QT_SCALE_FACTOR": "2"}, check=True)
    elif options.nine:
        paint_nine(options.folder, options.only)
    elif options.kit:
        paint_kit(options.folder)
    elif options.one:
        paint_kind(options)
    else:
        for part in ("--nine", "--kit"):
            subprocess.run([*again, part], check=True)
        for kind, (arguments, variables) in KINDS.items():
            command = [*again[:-1], str(options.folder / kind), "--one", *arguments]
            subprocess.run(command, env=os.environ | variables, check=True)


def paint_nine(folder: Path, only: str | None) -> None:
    """Make the nine pictures of the design, or one of them."""
    nine.be_in_central_europe()
    app = App([])
    nine.use_letters_of_design(app)
    theme = Theme(app)
    with asyncio.Runner(loop_factory=lambda: AppLoop(app)) as runner:
        runner.run(nine.paint_all(theme, folder, only))


def paint_kit(folder: Path) -> None:
    """Make the sheet of the kit, in the same letters."""
    app = App([])
    nine.use_letters_of_design(app)
    kit.draw(Theme(app), folder / "panel-kit.png")


def paint_kind(options: argparse.Namespace) -> None:
    """Make the pictures of every screen, all of one kind."""
    app = App([])
    if options.language != "en":
        language.install(app, options.language)
    gallery = screens.Gallery(app, options.folder, dark=options.dark, narrow=options.narrow)
    with asyncio.Runner(loop_factory=lambda: AppLoop(app)) as runner:
        runner.run(screens.make_all(gallery, with_sign_in=options.sign_in))


if __name__ == "__main__":
    main()
