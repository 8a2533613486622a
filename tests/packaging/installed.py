"""The Debian package on bare roots, as people would use it: `packaging/check-deb [RELEASE ...]`.

Installed by apt, started by an ordinary user with the web engine's sandbox on, signed in on the real page by
keys until the line is registered, upgraded while it is there, removed, purged: nothing of it stays. Prints a
line a step, and ends with 1 when one failed.
"""

import argparse
import subprocess
import sys
from pathlib import Path

import softphone
from tests.packaging.bare_root import ADA, CHECKOUT, CannotBeMadeError, make_base
from tests.packaging.roots import (
    INSTALLATION_S,
    RELEASES,
    Report,
    StepError,
    Visit,
    end_of,
    screen,
    workplace,
)

NEXT_VERSION = "9999"
APT = "env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends"
BROUGHT = (
    "/usr/bin/softphone",
    "/usr/share/applications/io.github.softphone.panel.desktop",
    "/usr/share/icons/hicolor/48x48/apps/io.github.softphone.panel.png",
    "/usr/share/metainfo/io.github.softphone.panel.metainfo.xml",
    "/usr/share/man/man1/softphone.1.gz",
    "/usr/share/bash-completion/completions/softphone",
    "/usr/lib/systemd/user/softphone.service",
)


def main() -> int:
    """Try the package on the releases that were asked for; return 0 when every step of each was well."""
    parser = argparse.ArgumentParser(prog="packaging/check-deb", description=__doc__)
    parser.add_argument(
        "releases", nargs="*", default=["bookworm", "trixie"], metavar="RELEASE", help=", ".join(RELEASES)
    )
    parser.add_argument("--pictures", type=Path, metavar="FOLDER", help="keep pictures of each screen here")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep bare roots for the next time")
    options = parser.parse_args()
    with workplace(options.keep) as work, screen() as display:
        report = Report(options.pictures)
        [package] = (CHECKOUT / "dist").glob("*.deb")
        newer = with_version(package, NEXT_VERSION, work)
        for suite in options.releases:
            release, base = RELEASES[suite], work / suite
            try:
                if not base.exists():
                    make_base(release, base, work / "trixie")  # whose keys Ubuntu's archive wants
            except CannotBeMadeError as why:
                report.tell(release.title, "", f"cannot be made here: {why}", well=False)
                continue
            place = work / "root"
            visit = Visit(release, base, place, work / "pip", display, report, "")
            with visit.root(f"/home/{ADA}/checkout", owner=ADA):
                for name, file in (("this", package), ("newer", newer)):
                    subprocess.run(["cp", file, place / f"tmp/{name}.deb"], check=True)
                use(visit)
            subprocess.run(["rm", "-rf", "--one-file-system", place], check=True)
    return 1 if report.failed else 0


def with_version(package: Path, version: str, work: Path) -> Path:
    """Return the same package as a later release would bring it."""
    tree, made = work / "newer", work / "newer.deb"
    work.mkdir(parents=True, exist_ok=True)
    subprocess.run(["rm", "-rf", tree], check=True)
    subprocess.run(["dpkg-deb", "-R", package, tree], check=True)
    control = tree / "DEBIAN/control"
    rows = control.read_text().splitlines()
    control.write_text(
        "".join(f"Version: {version}\n" if row.startswith("Version:") else f"{row}\n" for row in rows)
    )
    subprocess.run(["dpkg-deb", "-Zgzip", "-z1", "--root-owner-group", "-b", tree, made], check=True)
    subprocess.run(["rm", "-rf", tree], check=True)
    return made


def use(visit: Visit) -> None:
    """Do with it what a person does, from the installation to the purge."""
    visit.step("root", "apt install", lambda: install(visit, "this", softphone.__version__))
    visit.step(ADA, "softphone --demo, display", lambda: visit.demo_in_window(ADA, program="softphone"))
    visit.step(ADA, "watch --demo", lambda: watch(visit))
    visit.step("root", "apt install, newer", lambda: install(visit, "newer", softphone.__version__))
    visit.step(ADA, "softphone --demo, newer", lambda: visit.demo_in_window(ADA, program="softphone"))
    visit.step("root", "apt remove", lambda: gone(visit, "remove"))
    visit.step("root", "apt purge", lambda: gone(visit, "purge"))


def install(visit: Visit, name: str, version: str) -> str:
    """Install by apt, and see that the program answers and that all it brings is there."""
    code, said = visit.run("root", f"{APT} update && {APT} install /tmp/{name}.deb", INSTALLATION_S)
    if code:
        raise StepError(f"{code}: {end_of(said)}")
    new = said.count("\nSetting up ") or said.count("Setting up ")
    code, said = visit.run(ADA, "softphone --version && ls " + " ".join(BROUGHT))
    if code or f"softphone {version}\n" not in said:
        raise StepError(f"{code}: {end_of(said)}")
    return f"{new} packages, {version} answers"


def watch(visit: Visit) -> str:
    """Register without a window."""
    code, said = visit.run(ADA, "softphone watch --demo --until registered --for 60")
    if code:
        raise StepError(f"{code}: {end_of(said)}")
    return "registered"


def gone(visit: Visit, verb: str) -> str:
    """Take it away, and see that nothing of it stays but what the person made."""
    code, said = visit.run("root", f"{APT} {verb} softphone")
    if code:
        raise StepError(f"{code}: {end_of(said)}")
    find = "find / -xdev -name '*softphone*' -not -path '/home/*' -not -path '/tmp/*' -not -path '/proc/*'"
    _, said = visit.run("root", f"{find} -not -path '/var/lib/dpkg/info/*' -not -path '/var/cache/*'")
    if said.strip():
        raise StepError(f"stays: {end_of(said)}")
    return "nothing of it stays"


if __name__ == "__main__":
    sys.exit(main())
