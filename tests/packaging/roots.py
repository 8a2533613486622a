"""README's two commands on bare roots, as people would run them: `packaging/check-roots [RELEASE ...]`.

For each release two roots are made. In the one an ordinary user without sudo starts in a read-only checkout
of somebody else, at a path with spaces and umlauts, and root runs what the command asks for. In the other
root begins, in the user's own checkout, and the user follows. Each start of the demo with a display signs
in on the real page in the real web engine, by keys, until the line is registered; the second one has no
network. Prints a line a step, and ends with 1 when one failed.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.packaging.bare_root import ADA, CannotBeMadeError, Release, Root, asked_for, make_base

RELEASES = {
    "bookworm": Release("Debian 12", "bookworm"),
    "trixie": Release("Debian 13", "trixie"),
    "noble": Release("Ubuntu 24.04", "noble", "Ubuntu", "main,universe"),
}
TESTS = {
    "none": "",
    "some": "tests/packaging tests/checks/test_doctor.py tests/ui/sign_in/test_sign_in.py"
    " tests/end_to_end/test_main_job.py",
    "fast": "--fast",
    "all": " ",
}
RUN = "packaging/run"
INSTALLATION_S = 1200.0
TESTS_S = 3600.0
START_S = 60.0
SETTLING_S = 1.5  # from the page's arrival to a field that takes keys
LAST_LINES = 25


class StepError(Exception):
    """A step did not do what README promises; says what it did."""


def main() -> int:
    """Try the releases that were asked for; return 0 when every step of each was well."""
    options = _parser().parse_args()
    with workplace(options.keep) as work, screen() as display:
        report = Report(options.pictures)
        for suite in options.releases or RELEASES:
            release, base = RELEASES[suite], Path(work, suite)
            try:
                if not base.exists():
                    make_base(release, base, Path(work, "trixie") if Path(work, "trixie").exists() else None)
            except CannotBeMadeError as why:
                report.tell(release.title, "", f"cannot be made here: {why}", well=False)
                continue
            for begin in (begin_as_user, begin_as_root):
                place = Path(work, "root")
                begin(Visit(release, base, place, Path(work, "pip"), display, report, TESTS[options.tests]))
                subprocess.run(["rm", "-rf", "--one-file-system", place], check=True)
    return 1 if report.failed else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="packaging/check-roots", description=(__doc__ or "").partition("\n\n")[2]
    )
    parser.add_argument(
        "releases", nargs="*", choices=[[], *RELEASES], metavar="RELEASE", help=", ".join(RELEASES)
    )
    parser.add_argument(
        "--tests", choices=TESTS, default="some", help="which part of packaging/test (default: some)"
    )
    parser.add_argument("--pictures", type=Path, metavar="FOLDER", help="keep pictures of each screen here")
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER", help="keep bare roots and pip's cache for the next time"
    )
    return parser


@contextmanager
def workplace(kept: Path | None) -> Iterator[Path]:
    """Yield a folder for roots, which is gone afterwards when it is not to be kept."""
    with tempfile.TemporaryDirectory(prefix="softphone-roots-", dir="/var/tmp") as folder:
        yield kept or Path(folder)


class Report:
    """Prints a line a step."""

    def __init__(self, pictures: Path | None) -> None:
        self.pictures = pictures
        self.failed = False

    def tell(self, where: str, what: str, outcome: str, *, well: bool = True) -> None:
        """Print one step."""
        self.failed |= not well
        sys.stdout.write(f"{'ok' if well else 'FAULT':<6}{where:<24} {what:<40} {outcome}\n")
        sys.stdout.flush()


@contextmanager
def screen() -> Iterator[str]:
    """Yield the number of a virtual screen that every user of this machine may open."""
    with subprocess.Popen(
        ["Xvfb", "-displayfd", "1", "-screen", "0", "1280x1024x24", "-ac", "-noreset", "-nolisten", "tcp"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as server:
        assert server.stdout is not None
        try:
            yield f":{server.stdout.readline().strip()}"
        finally:
            server.terminate()


class Visit:
    """One root, from bare to tested; `begin_as_...` say in which order."""

    def __init__(
        self, release: Release, base: Path, folder: Path, pip: Path, display: str, report: Report, tests: str
    ):
        self._release, self._base, self._folder, self._pip = release, base, folder, pip
        self._display, self._report, self._tests = display, report, tests
        self.wants_tests = bool(tests)

    @contextmanager
    def root(self, place: str, owner: str) -> Iterator[None]:
        """Hold a new root with the checkout at `place`."""
        with Root(self._base, self._folder, self._pip, place, owner) as self.inside:
            yield

    def step(self, user: str, what: str, act: Callable[[], str]) -> None:
        """Do one step and tell it."""
        begun_s = time.monotonic()
        try:
            outcome, well = act(), True
        except (StepError, subprocess.TimeoutExpired) as why:
            outcome, well = str(why), False
        where = f"{self._release.title}, {user}"
        self._report.tell(where, what, f"{outcome} ({time.monotonic() - begun_s:.0f} s)", well=well)

    def run(
        self,
        user: str,
        command: str,
        limit_s: float = INSTALLATION_S,
        *,
        network: bool = True,
        **variables: str,
    ) -> tuple[int, str]:
        """Run a command to its end; return its code and what it said."""
        done = subprocess.run(
            self.inside.command(user, command, variables, network=network),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=limit_s,
            check=False,
        )
        return done.returncode, done.stdout

    def started(
        self, user: str, command: str, *, network: bool = True, **variables: str
    ) -> subprocess.Popen[str]:
        """Start a command that `signal` can reach."""
        (self._folder / "tmp/process").unlink(missing_ok=True)
        words = self.inside.command(
            user, f"echo $$ >/tmp/process; exec {command}", variables, network=network
        )
        return subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )

    def signal(self, name: str) -> None:
        """Send a signal to what was started."""
        self.run("root", f"kill -{name} $(cat /tmp/process)")

    # ---- steps

    def refused(self, command: str) -> str:
        """Start what needs an administrator, and do what it asks for, as root."""
        code, said = self.run(ADA, command)
        wanted = asked_for(said)
        if code != 1 or wanted is None:
            raise StepError(f"was not refused with a command: {code} {end_of(said)}")
        code, said = self.run("root", wanted)
        if code:
            raise StepError(f"what it asks for fails: {end_of(said)}")
        return f"asks for {len(wanted.split())} words, which root runs"

    def demo_in_terminal(self, user: str) -> str:
        """Start the demo without a display, see its line registered and stop it as Ctrl+C does."""
        with self.started(user, "packaging/run --demo") as program:
            assert program.stdout is not None
            said = []
            for line in program.stdout:
                said.append(line)
                if " registered, " in line:
                    self.signal("INT")
        if program.returncode or "goes on in the terminal" not in "".join(said):
            raise StepError(f"ended with {program.returncode}: {end_of(''.join(said))}")
        return "goes on in the terminal, registered"

    def demo_in_window(self, user: str, *, program: str = RUN, network: bool = True) -> str:
        """Start the demo on the screen, sign in on the page and see the line registered."""
        journal = self._folder / "tmp/journal"
        journal.unlink(missing_ok=True)
        command = f"{program} --demo --journal /tmp/journal"
        with self.started(user, command, network=network, DISPLAY=self._display) as process:
            try:
                person = Keys(self._display, process, journal)
                opened_s = self._use(user, person, program, network=network)
                said, _ = process.communicate(timeout=START_S)
            except (StepError, subprocess.TimeoutExpired, LookupError, ValueError) as why:
                self._keep_picture(f"{user}-fault", network=network)
                self.signal("KILL")
                said, _ = process.communicate(timeout=START_S)
                raise StepError(f"{why}: {end_of(said)}") from None
        if process.returncode:
            raise StepError(f"after quit it ended with {process.returncode}: {end_of(said)}")
        if not network and "packaging/run:" in said:
            raise StepError(f"the second start had something to install: {end_of(said)}")
        return f"window after {opened_s:.1f} s, signed in, registered"

    def _use(self, user: str, person: "Keys", program: str, *, network: bool) -> float:
        """Sign in, ask another process for the line, and quit; return when the window was there."""
        opened_s = person.wait_for_window(INSTALLATION_S if network else START_S)
        person.sign_in()
        _, said = self.run(user, f"{program} status --demo --json", DISPLAY=self._display)
        lines = json.loads(said.splitlines()[-1])["lines"]
        if [line["state"] for line in lines] != ["registered"]:
            raise StepError(f"no line registered: {said}")
        self._keep_picture(user, network=network)
        code, said = self.run(user, f"{program} quit --demo", DISPLAY=self._display)
        if code:
            raise StepError(f"quit answered {code}: {said}")
        return opened_s

    def doctor_without(self, package: str) -> str:
        """Take a package away and see that the doctor names it."""
        self.run("root", f"dpkg --remove --force-depends {package}")
        _, said = self.run(ADA, "packaging/run doctor")
        if f"Install {package} " not in said:
            raise StepError(f"the doctor does not name it: {end_of(said)}")
        return f"names {package}"

    def tests(self, user: str) -> str:
        """Run a part of the tests."""
        return self._tested(*self.run(user, f"packaging/test {self._tests}", TESTS_S))

    def tests_again(self, user: str) -> str:
        """Run a few tests without network."""
        return self._tested(*self.run(user, "packaging/test tests/packaging", TESTS_S, network=False))

    def _tested(self, code: int, said: str) -> str:
        if code:
            raise StepError(f"{code}\n{said[-6000:]}")
        return said.strip().splitlines()[-1].strip("= ")

    def _keep_picture(self, name: str, *, network: bool) -> None:
        if self._report.pictures is not None:
            again = "" if network else "-again"
            file = self._report.pictures / f"{self._release.suite}-{name}{again}.png"
            self._report.pictures.mkdir(parents=True, exist_ok=True)
            grab = (
                "import sys; from PySide6.QtGui import QGuiApplication; application = QGuiApplication([]);"
                "application.primaryScreen().grabWindow(0).save(sys.argv[1])"
            )
            subprocess.run(
                [sys.executable, "-c", grab, file],
                env={"DISPLAY": self._display, "QT_QPA_PLATFORM": "xcb"},
                check=False,
            )


class Keys:
    """A person at the keyboard in front of the demo's window."""

    def __init__(self, display: str, program: subprocess.Popen[str], journal: Path) -> None:
        self._environment = {"DISPLAY": display}
        self._program, self._journal = program, journal

    def wait_for_window(self, limit_s: float) -> float:
        """Wait for the window and give it the keys; return after how many seconds it was there."""
        begun_s = time.monotonic()
        found = ""
        while not found:
            self._wait("no window", begun_s + limit_s)
            found = self.windows()
        opened_s = time.monotonic() - begun_s
        self._xdotool("windowfocus", "--sync", found.split()[-1])
        return opened_s

    def windows(self) -> str:
        """Return the numbers of the program's windows that are on the screen."""
        return self._xdotool("search", "--onlyvisible", "--class", "^softphone$")

    def sign_in(self) -> None:
        """Sign in as Ada, from the first page of the window to the registered line."""
        self._press_until("GET", "/v1/authorize", lambda: self._xdotool("key", "Return"))
        self._press_until("POST", "/v1/authorize/sign-in", self._type_the_password)
        self._press_until(
            "POST", "/v1/authorize/consent", lambda: self._xdotool("key", "Tab", "Tab", "Return")
        )
        self._press_until("POST", "/api/v1/calling/web/device", lambda: None)
        time.sleep(SETTLING_S)

    def _type_the_password(self) -> None:
        for words in (["type", "ada@example.com"], ["key", "Tab"], ["type", "demo"], ["key", "Return"]):
            self._xdotool(*words)

    def _press_until(self, method: str, path: str, press: Callable[[], object]) -> None:
        time.sleep(SETTLING_S)
        press()
        until_s = time.monotonic() + START_S
        while not self._has(method, path):
            self._wait(f"the service never saw {method} {path}", until_s)

    def _has(self, method: str, path: str) -> bool:
        if not self._journal.exists():
            return False
        entries = [json.loads(line) for line in self._journal.read_text().splitlines() if line.endswith("}")]
        return any(
            each["method"] == method and each["path"] == path and each["status"] < 400 for each in entries
        )

    def _wait(self, complaint: str, until_s: float) -> None:
        if self._program.poll() is not None:
            raise StepError(f"the program ended by itself with {self._program.returncode}")
        if time.monotonic() > until_s:
            raise StepError(complaint)
        time.sleep(0.1)

    def _xdotool(self, *words: str) -> str:
        done = subprocess.run(
            ["xdotool", *words], env=self._environment, capture_output=True, text=True, check=False
        )
        return done.stdout.strip()


def begin_as_user(visit: Visit) -> None:
    """An ordinary user without sudo, in somebody else's read-only checkout at an odd path."""
    with visit.root("/srv/Ein Ordner für Ämter/soft phone", owner="root"):
        visit.inside.make_read_only()
        visit.step(ADA, "run --demo, bare", lambda: visit.refused("packaging/run --demo"))
        for _ in range(2):
            visit.step(ADA, "run --demo, no display", lambda: visit.demo_in_terminal(ADA))
        visit.step(ADA, "run --demo, display", lambda: visit.demo_in_window(ADA))
        visit.step(ADA, "run --demo again, no network", lambda: visit.demo_in_window(ADA, network=False))
        if visit.wants_tests:
            visit.step(ADA, "test, bare", lambda: visit.refused("packaging/test --collect-only"))
            visit.step(ADA, "test", lambda: visit.tests(ADA))
            visit.step(ADA, "test again, no network", lambda: visit.tests_again(ADA))


def begin_as_root(visit: Visit) -> None:
    """Root installs by itself, in the user's checkout; the user follows."""
    with visit.root(f"/home/{ADA}/softphone", owner=ADA):
        visit.step("root", "run --demo, bare, no display", lambda: visit.demo_in_terminal("root"))
        visit.step("root", "run --demo, display", lambda: visit.demo_in_window("root"))
        visit.step(
            "root", "run --demo again, no network", lambda: visit.demo_in_window("root", network=False)
        )
        visit.step(ADA, "run --demo, display", lambda: visit.demo_in_window(ADA))
        visit.step(ADA, "run --demo again, no network", lambda: visit.demo_in_window(ADA, network=False))
        if visit.wants_tests:
            visit.step("root", "test", lambda: visit.tests("root"))
        visit.step(ADA, "run doctor, a library missing", lambda: visit.doctor_without("libxfixes3"))


def end_of(said: str) -> str:
    return "\n".join(["", *said.splitlines()[-LAST_LINES:]])


if __name__ == "__main__":
    sys.exit(main())
