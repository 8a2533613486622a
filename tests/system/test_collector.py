import subprocess
import sys

COUNTED = """
import gc
from softphone.system import collector
{before}
collector.begin()
print(gc.isenabled(), gc.get_freeze_count() > 0)
"""


def seen(before: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", COUNTED.format(before=before)], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_what_a_start_has_loaded_is_not_walked_through_again():
    assert seen("collector.rest(); assert not gc.isenabled()") == "True True"


def test_a_process_that_is_not_ours_keeps_its_collector_as_it_is():
    assert seen("") == "True False"
