"""What keeps secrets in the process (reliability.md#memory, sign-in.md#page), seen in other processes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SECRET = "Bearer c2VjcmV0LXRva2VuLW9mLW5vYm9keQ"
UNSAFE = {
    "SSLKEYLOGFILE": "/tmp/keys",
    "QTWEBENGINE_REMOTE_DEBUGGING": "9222",
    "QTWEBENGINE_CHROMIUM_FLAGS": "--ignore-certificate-errors",
}
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="asks the Linux kernel")


def run(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


SEEN = (
    "import os, resource, ctypes, sys\n"
    "from softphone import cli\n"
    "sys.argv = ['softphone', 'status']\n"
    "cli.main()\n"
    f"print([name for name in {sorted(UNSAFE)} if name in os.environ],"
    "resource.getrlimit(resource.RLIMIT_CORE)[0], ctypes.CDLL(None).prctl(3))"
)


@linux_only
def test_the_program_leaves_no_core_lets_nobody_read_its_memory_and_drops_unsafe_variables():
    assert run(SEEN, **UNSAFE).stdout == "[] 0 0\n"


@linux_only
def test_a_developer_may_have_all_of_it():
    seen = run(SEEN, **UNSAFE, SOFTPHONE_DEVELOPER="1").stdout
    assert seen.startswith(str(sorted(UNSAFE)))
    assert seen.endswith(" 1\n")


@pytest.mark.parametrize(
    ("fault", "named"),
    [
        (f"raise ValueError('{SECRET}')", "Unexpected error"),
        (
            "import threading\ndef work(): raise ValueError(secret)\n"
            "thread = threading.Thread(target=work, name='io_1'); thread.start(); thread.join()",
            "Unexpected error in io_1",
        ),
        (
            "class Odd:\n    def __del__(self): raise ValueError(secret)\nOdd()",
            "Ignored error",
        ),
    ],
    ids=["main", "thread", "destructor"],
)
@pytest.mark.parametrize("logged", [True, False], ids=["log", "no log yet"])
def test_an_exception_that_nobody_caught_is_told_without_its_secret(
    fault: str, named: str, logged: bool, tmp_path: Path
):
    code = (
        "from pathlib import Path; from softphone.system import hardening, log\n"
        f"secret = {SECRET!r}\n"
        "hardening.report_faults()\n"
        + (f"log.set_up('info', Path({str(tmp_path)!r}))\n" if logged else "")
        + fault
    )
    done = run(code)
    written = done.stderr + "".join(path.read_text() for path in tmp_path.iterdir())
    assert "ValueError: Bearer [hidden]" in written
    assert SECRET not in written
    assert named in written
    assert (tmp_path / "softphone.log").exists() is logged


def test_control_c_is_no_error():
    assert (
        run(
            "from softphone.system import hardening; hardening.report_faults(); raise KeyboardInterrupt"
        ).stderr
        == ""
    )


@linux_only
def test_a_crash_leaves_names_and_lines_in_a_private_file_and_no_values(tmp_path: Path):
    code = (
        "from pathlib import Path; from softphone.system import hardening; import faulthandler\n"
        f"hardening.harden(); hardening.keep_crashes(Path({str(tmp_path)!r}))\n"
        f"def at_work(secret): faulthandler._sigsegv()\nat_work({SECRET!r})"
    )
    assert run(code).returncode == -11
    file = tmp_path / "crash.log"
    assert "in at_work" in file.read_text()
    assert SECRET not in file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600


def test_without_a_place_for_the_crash_file_the_program_goes_on(tmp_path: Path):
    folder = f"Path({str(tmp_path / 'none')!r})"
    code = (
        f"from pathlib import Path; from softphone.system import hardening; hardening.keep_crashes({folder})"
    )
    assert run(code).returncode == 0


PAGE = """
from softphone.system import hardening
hardening.harden()
from PySide6.QtCore import QTimer
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QApplication
app = QApplication([])
view = QWebEngineView()
view.loadFinished.connect(lambda ok: (print("loaded", ok, view.page().renderProcessPid() > 0), app.quit()))
view.setHtml("<p>page</p>")
view.show()
QTimer.singleShot(20000, app.quit)
app.exec()
view.page().deleteLater(); view.deleteLater()
"""


@pytest.mark.slow
@linux_only
def test_the_web_engines_children_still_start():
    sandbox = {"QTWEBENGINE_DISABLE_SANDBOX": "1"} if os.geteuid() == 0 else {}
    done = run(PAGE, QT_QPA_PLATFORM="offscreen", **sandbox)
    assert "loaded True True" in done.stdout, done.stderr
