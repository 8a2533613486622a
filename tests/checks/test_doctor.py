import errno
import importlib.metadata
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from softphone.auth.keystore import Entry
from softphone.checks import doctor
from softphone.checks.check import Check, CheckState
from softphone.errors import KeystoreAbsent, KeystoreError, KeystoreLocked
from softphone.settings import cloud_file
from softphone.settings.cloud_file import Cloud
from softphone.sim.server import CloudServer
from softphone.system import engine
from softphone.system.folders import Folders, find_folders
from tests.kit.ordinary_user import OrdinaryUser, ordinary_user

SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
LATEST_END_S = 20.0  # the promise is about 15 s; the machine may be busy


def folders() -> Folders:
    return find_folders()


@pytest.fixture
def no_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SCREENS:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def broken_qt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PySide6 that fails in child interpreters as each test says."""
    package = tmp_path / "broken" / "PySide6"
    package.mkdir(parents=True)
    monkeypatch.setenv("PYTHONPATH", str(package.parent))
    return package / "__init__.py"


# ---- Python and PySide6


@pytest.mark.parametrize(
    ("python", "installed", "state"),
    [
        ((3, 11, 7), "6.11.3", CheckState.OK),
        ((3, 12, 1), "6.12.0", CheckState.OK),
        ((3, 14, 0), "6.13.1", CheckState.OK),
        ((3, 11, 7), "6.12.0", CheckState.FAULT),
        ((3, 11, 7), "7.0", CheckState.FAULT),
        ((3, 12, 1), "6.10.3", CheckState.FAULT),
        ((3, 10, 4), "6.11.0", CheckState.FAULT),
        ((3, 15, 0), "6.12.0", CheckState.FAULT),
    ],
)
def test_python_and_pyside_must_be_a_pair_that_works(
    python: tuple[int, ...], installed: str, state: CheckState, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.metadata, "version", lambda _: installed)
    check = doctor.python_and_pyside(python)
    assert check.state is state
    assert f"Python {'.'.join(map(str, python))} with PySide6 {installed}" in check.sentence
    assert bool(check.remedy) is (state is CheckState.FAULT)


def test_without_pyside_the_program_has_no_window_and_is_well(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "version", missing)
    check = doctor.python_and_pyside()
    assert (check.state, check.sentence) == (
        CheckState.WARNING,
        "The program is installed without its window; 'softphone watch' works.",
    )
    assert "pip install 'softphone[window]'" in check.remedy
    assert doctor.why_no_window("No module named 'PySide6'").state is CheckState.FAULT


# ---- Qt's libraries


@pytest.mark.parametrize(
    ("library", "package"),
    [
        ("libEGL.so.1", "libegl1"),
        ("libglib-2.0.so.0", "libglib2.0-0t64 or libglib2.0-0"),
        ("libXfixes.so.3", "libxfixes3"),
        ("libxcb-cursor.so.0", "libxcb-cursor0"),
        ("libX11-xcb.so.1", "libx11-xcb1"),
    ],
)
def test_a_missing_library_is_named_with_the_package_that_brings_it(
    library: str, package: str, broken_qt: Path
) -> None:
    trouble = f"{library}: cannot open shared object file: No such file or directory"
    broken_qt.write_text(f"raise ImportError({trouble!r})")
    check = doctor.qt_windows()
    assert check.state is CheckState.FAULT
    assert check.sentence == f"No window can open: the library {library} is missing."
    assert check.remedy == f"Install {package} (its name on Debian and Ubuntu)."


def test_a_library_of_our_own_wheels_is_installed_again(broken_qt: Path) -> None:
    broken_qt.write_text("raise ImportError('libQt6Quick.so.6: cannot open shared object file')")
    check = doctor.qt_windows()
    assert "libQt6Quick.so.6" in check.sentence
    assert check.remedy == "Run packaging/run, which installs what is missing."


def test_a_missing_web_engine_is_a_warning_because_the_browser_can_stand_in(broken_qt: Path) -> None:
    broken_qt.write_text("raise ImportError('libnss3.so: cannot open shared object file')")
    check = doctor.web_engine()
    assert check.state is CheckState.WARNING
    assert "libnss3.so" in check.sentence
    assert "libnss3" in check.remedy
    assert "Use my browser instead" in check.remedy


def test_qt_that_fails_otherwise_says_its_last_words(broken_qt: Path) -> None:
    broken_qt.write_text("raise ImportError('the wheel is for another computer')")
    assert (
        doctor.qt_windows().sentence == "No window can open: ImportError: the wheel is for another computer."
    )


def test_qt_that_dies_without_a_word_is_a_fault(broken_qt: Path) -> None:
    broken_qt.write_text("import os; os.abort()")
    assert doctor.qt_windows().sentence == "No window can open: Qt ended without a word."


def test_an_interpreter_that_cannot_be_started_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/dev/null/python")
    assert "cannot be started once more (Not a directory)" in doctor.qt_windows().sentence


def test_qt_that_hangs_is_given_up(broken_qt: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "CHILD_DEADLINE_S", 0.2)
    broken_qt.write_text("import time; time.sleep(60)")
    assert doctor.qt_windows().sentence == "No window can open: Qt took too long to load."


def test_qt_as_it_is_installed_here_loads() -> None:
    assert doctor.qt_windows().state is CheckState.OK


# ---- the web engine, started


def doctor_of(user: OrdinaryUser, *before: str) -> dict[str, Check]:
    """What the doctor finds as this user, by name."""
    said = json.loads(user.run("-m", "softphone", "doctor", "--json", before=before).stdout)
    return {
        check["name"]: Check(check["sentence"], CheckState(check["state"]), check["remedy"])
        for check in said["checks"]
    }


def test_d1_the_doctor_starts_the_engine_and_says_which_sandbox_a_page_has() -> None:
    with ordinary_user() as user:
        whole = doctor_of(user)["Web engine"]
        assert whole == Check(
            "The sign-in page can be shown in a window of the program, in a sandbox of its own."
        )
        half = doctor_of(user, user.python, "-m", "tests.kit.without_namespaces", str(errno.EACCES))[
            "Web engine"
        ]
        assert half.state is CheckState.WARNING
        assert "no namespaces" in half.sentence
        assert "AppArmor" in half.remedy


@pytest.mark.parametrize(
    ("free_mib", "state", "words"),
    [
        ({"/dev/shm": 900}, CheckState.OK, "/dev/shm has 900 MiB for the sign-in page."),
        (
            {"/dev/shm": 0, "/memory": 700},
            CheckState.WARNING,
            "/dev/shm is small or full; /memory has 700 MiB for the sign-in page.",
        ),
        (
            {"/dev/shm": 40},
            CheckState.WARNING,
            "/dev/shm is small or full; /dev/shm has 40 MiB for the sign-in page.",
        ),
    ],
)
def test_d6_the_doctor_says_where_a_page_finds_memory(
    free_mib: dict[str, int], state: CheckState, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/memory")
    monkeypatch.setattr(engine, "free_bytes", lambda folder: free_mib.get(str(folder), 0) << 20)
    check = doctor.page_memory()
    assert (check.state, check.sentence) == (state, words)
    assert ("--shm-size" in check.remedy) is (state is CheckState.WARNING)


def test_s15_the_doctor_refuses_root_as_the_program_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.delenv("QTWEBENGINE_DISABLE_SANDBOX", raising=False)
    check = doctor.web_engine()
    assert check.state is CheckState.WARNING
    assert "must not run as the administrator (root)" in check.sentence


# ---- display


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a display")
def test_no_display_is_a_warning(no_screen: None) -> None:
    check = doctor.display()
    assert check.state is CheckState.WARNING
    assert "'softphone watch' works" in check.sentence


@pytest.mark.parametrize(("name", "value"), [("DISPLAY", ":31999"), ("QT_QPA_PLATFORM", "typewriter")])
def test_a_display_that_cannot_be_used_is_a_fault(
    name: str, value: str, no_screen: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    check = doctor.display()
    assert (check.state, check.sentence) == (
        CheckState.FAULT,
        f"No window can open on {name}={value}: Qt cannot reach it.",
    )


def test_a_screen_that_nobody_sees_is_a_warning(no_screen: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    check = doctor.display()
    assert check.state is CheckState.WARNING
    assert "nobody sees" in check.sentence


def test_a_library_that_the_display_needs_is_named(
    no_screen: None, broken_qt: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    broken_qt.with_name("QtGui.py").write_text(
        "import sys; sys.exit('Cannot load libqxcb.so: "
        "(libxcb-cursor.so.0: cannot open shared object file: No such file or directory)')"
    )
    broken_qt.touch()
    check = doctor.display()
    assert check.state is CheckState.FAULT
    assert "libxcb-cursor.so.0" in check.sentence
    assert "libxcb-cursor0" in check.remedy


# ---- keyring, folders, client ID


class FakeKeystore:
    answer: KeystoreError | None = None

    async def read(self, entry: Entry) -> str | None:
        if self.answer is not None:
            raise self.answer
        return "what-the-keyring-holds"

    def close(self) -> None:
        pass


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (None, CheckState.OK),
        (KeystoreAbsent("No place.", title="Not remembered"), CheckState.WARNING),
        (KeystoreLocked("Unlock it.", title="Locked"), CheckState.WARNING),
        (KeystoreError("It broke.", title="Broken"), CheckState.WARNING),
    ],
)
def test_a_keyring_that_cannot_keep_a_sign_in_is_a_warning(
    answer: KeystoreError | None, state: CheckState, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "SystemKeystore", FakeKeystore)
    monkeypatch.setattr(FakeKeystore, "answer", answer)
    check = doctor.keyring(Cloud())
    assert check.state is state
    assert bool(check.remedy) is (state is not CheckState.OK)
    if answer is not None:
        assert check.sentence == f"{answer.title}: {answer.sentence}"


def test_what_the_keyring_holds_is_not_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(doctor, "SystemKeystore", FakeKeystore)
    monkeypatch.setenv(cloud_file.CLIENT_SECRET_VARIABLE, "what-the-environment-holds")
    with CloudServer("calm") as cloud:
        doctor.run(cloud_file.load_cloud(cloud.cloud_file, folders()), folders(), as_json=True)
    said = capsys.readouterr()
    assert "what-the-" not in said.out + said.err


def test_folders_must_be_writable() -> None:
    check = doctor.folders_writable(folders())
    assert (check.state, str(folders().state) in check.sentence) == (CheckState.OK, True)
    nowhere = Path("/dev/null/below-a-file")
    check = doctor.folders_writable(Folders(config=nowhere, state=nowhere))
    assert (check.state, str(nowhere) in check.sentence) == (CheckState.FAULT, True)
    assert "SOFTPHONE_HOME" in check.remedy


def test_a_client_id_is_needed() -> None:
    assert doctor.client_id(Cloud(client_id="C1")).state is CheckState.OK
    check = doctor.client_id(Cloud(source="cloud.toml"))
    assert (check.state, check.sentence) == (CheckState.FAULT, "cloud.toml: [cloud] client_id is missing.")
    assert "administrator guide" in check.remedy


# ---- all together


def test_every_check_has_a_name_a_state_a_sentence_and_a_remedy(capsys: pytest.CaptureFixture[str]) -> None:
    with CloudServer("calm") as cloud:
        code = doctor.run(cloud_file.load_cloud(cloud.cloud_file, folders()), folders(), as_json=True)
    said = json.loads(capsys.readouterr().out)
    assert said.keys() == {"version", "ok", "checks"}
    assert [check["name"] for check in said["checks"]] == [
        *("Python and PySide6", "Qt windows", "Web engine", "Display", "Page memory"),
        *("Keyring", "Folders", "Client ID", "Proxy"),
        *(f"{words} ({key})" for key, words in doctor.ENDPOINTS.items()),
        "Clock",
    ]
    for check in said["checks"]:
        assert check.keys() == {"name", "state", "sentence", "remedy"}
        assert check["sentence"].endswith(".")
        assert bool(check["remedy"]) is (check["state"] != "ok")
    assert said["ok"] is (code == 0)
    assert said["ok"] is not any(check["state"] == "fault" for check in said["checks"])


def test_without_json_it_is_an_aligned_list_and_only_a_fault_exits_with_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    checks = {
        "Short": Check("All is well."),
        "A longer name": Check("All is lost.", CheckState.FAULT, "Begin again."),
        "Half": Check("Nearly.", CheckState.WARNING, "Wait."),
    }
    monkeypatch.setattr(doctor, "examine", lambda *_: checks)
    assert doctor.run(Cloud(), folders(), as_json=False) == 1
    assert capsys.readouterr().out.splitlines() == [
        "ok       Short          All is well.",
        "fault    A longer name  All is lost.",
        "                        Begin again.",
        "warning  Half           Nearly.",
        "                        Wait.",
    ]
    del checks["A longer name"]
    assert doctor.run(Cloud(), folders(), as_json=False) == 0  # a warning is no fault


def test_a_check_that_never_ends_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    released = threading.Event()

    def prompting(cloud: Cloud) -> Check:
        released.wait()
        return Check("too late")

    monkeypatch.setattr(doctor, "keyring", prompting)
    monkeypatch.setattr(doctor, "_child", lambda code, **environment: None)
    try:
        with CloudServer("calm") as cloud:
            checks = doctor.examine(
                cloud_file.load_cloud(cloud.cloud_file, folders()), folders(), deadline_s=1.0
            )
    finally:
        released.set()
    assert checks["Keyring"].state is CheckState.FAULT
    assert checks["Keyring"].sentence == "This check did not end in time."
    assert checks["Webex API (api_url)"].state is CheckState.OK


# ---- the command


def ask_doctor(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "softphone", "doctor", *map(str, arguments)],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )


@pytest.mark.slow
def test_the_command_finds_no_fault_on_the_simulated_cloud_without_a_display(no_screen: None) -> None:
    with CloudServer("calm") as cloud:
        result = ask_doctor("--json", "--cloud", cloud.cloud_file)
    assert json.loads(result.stdout)["ok"] is True, result.stdout
    assert result.returncode == 0
    assert result.stderr == ""


@pytest.mark.slow
def test_the_command_ends_soon_when_every_host_hangs() -> None:
    with CloudServer("calm") as cloud:
        cloud.faults([{"where": "any", "answer": "hang"}])
        began_s = time.monotonic()
        result = ask_doctor("--cloud", cloud.cloud_file)
        took_s = time.monotonic() - began_s
    assert took_s < LATEST_END_S
    assert result.returncode == 1
    assert result.stdout.count("127.0.0.1 did not answer in time.") == 5
    assert result.stderr == ""
