"""One process in which all tests are loaded: a function or a table is changed in a fork of it, in no time.

What modules have made of it while they were imported stays as it was. So what nobody notices here is tried
again by `trial`, where the module is imported changed.
"""

import gc
import json
import os
import re
import signal
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

from tests.hostile.command import end_on_sigterm
from tests.hostile.mutants import trial
from tests.hostile.mutants.mutations import PACKAGE, Mutant
from tests.hostile.mutants.seen import Seen

_Changes = list[tuple[FunctionType, CodeType]]
_PLAIN = (int, float, str, bytes, tuple, frozenset, set, dict, list, range, re.Pattern)


def noticed(mutants: list[Mutant], seen: Seen) -> Iterator[tuple[int, str]]:
    """Yield the place of each mutant that can be made here, and the test that noticed it, or ""."""
    chosen = {
        place: [*first, *rest]
        for place, mutant in enumerate(mutants)
        if mutant.table or (mutant.outer and seen.is_called(mutant))
        for first, rest in (seen.tests_for(mutant),)
    }
    files = {test.partition("::")[0] for tests in chosen.values() for test in tests}
    if not files:
        return
    told, tell = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(told)
            with (
                tempfile.TemporaryDirectory(prefix="softphone-mutants-") as folder,
                os.fdopen(tell, "w") as out,
            ):
                trial.live(Path(folder))
                end_on_sigterm()
                trial.ask_pytest(Path(folder), files, _Serving(mutants, chosen, seen, out))
        finally:
            os._exit(0)
    os.close(tell)
    try:
        with os.fdopen(told) as lines:
            for line in lines:
                place, by = json.loads(line)
                yield place, by
    except BaseException:  # whoever asked has had enough, or was interrupted
        os.kill(child, signal.SIGTERM)
        raise
    finally:
        os.waitpid(child, 0)


class _Serving:
    def __init__(self, mutants: list[Mutant], chosen: dict[int, list[str]], seen: Seen, out: Any) -> None:
        self._mutants, self._chosen, self._seen, self._out = mutants, chosen, seen, out
        self._failed = ""
        self._good = set[Any]()  # pass without a mutant

    def pytest_runtestloop(self, session: Any) -> bool:
        items = {item.nodeid: item for item in session.items}
        functions = _functions()
        gc.freeze()
        for place, tests in self._chosen.items():
            mutant = self._mutants[place]
            mine = [items[test] for test in tests if test in items]
            changes = _changes(functions.get((mutant.file, mutant.outer), ()), mutant.code)
            if not changes and not mutant.table:
                continue
            limit_s = 15.0 + 3 * self._seen.took_s(tests)
            by = self._try(mutant, changes, mine, limit_s) if mine else ""
            while "::" in by and not self._passes(items[by]):  # it fails without the mutant, too
                mine.remove(items[by])
                by = self._try(mutant, changes, mine, limit_s) if mine else ""
            if by and "::" not in by and self._try(None, [], mine, limit_s):
                by = ""  # too slow without the mutant, too
            self._out.write(json.dumps([place, by]) + "\n")
            self._out.flush()
        return True

    def _passes(self, item: Any) -> bool:
        if item not in self._good and not self._try(None, [], [item], 60.0):
            self._good.add(item)
        return item in self._good

    def _try(self, mutant: Mutant | None, changes: _Changes, items: list[Any], limit_s: float) -> str:
        def work(folder: Path) -> trial.Outcome:
            if mutant and mutant.table and not _change_table(mutant):
                return trial.Outcome()
            for function, code in changes:
                function.__code__ = code
            factory = items[0].config._tmp_path_factory
            factory._basetemp, factory._given_basetemp = None, folder / "tests"
            for item, after in zip(items, [*items[1:], None], strict=True):
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
                if self._failed:
                    break
            return trial.Outcome(failed=self._failed)

        return trial.in_child(work, limit_s).failed

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.failed:
            self._failed = self._failed or report.nodeid


def _changes(functions: Iterable[FunctionType], module: CodeType) -> _Changes:
    """Return the code that each gets; none where one has another closure now."""
    codes = {(code.co_qualname, code.co_firstlineno): code for code in _codes(module)}
    changes = []
    for function in functions:
        code = codes.get((function.__code__.co_qualname, function.__code__.co_firstlineno))
        if code is None or code.co_freevars != function.__code__.co_freevars:
            return []
        changes.append((function, code))
    return changes


def _change_table(mutant: Mutant) -> bool:
    """Assign anew, in every module that has taken the old value under its name."""
    names = vars(sys.modules[mutant.module])
    fresh = dict(names)
    assert mutant.table is not None
    exec(mutant.table, fresh)  # noqa: S102 - our own code, changed
    changed = [name for name in names if fresh[name] is not names[name]]
    for name in changed:
        old, new = names[name], fresh[name]
        if type(old) is not type(new) or not isinstance(new, _PLAIN):
            return False
        for place, module in list(sys.modules.items()):
            if place.startswith(("softphone.", "tests.")) and vars(module).get(name) is old:
                setattr(module, name, new)
    return bool(changed)


def _functions() -> dict[tuple[str, str], list[FunctionType]]:
    """Return all functions of the package that there are, by file and name; inner ones by that around them.

    A decorator has made its inner ones long ago. Those without a name could be taken for each other.
    """
    found: dict[tuple[str, str], list[FunctionType]] = defaultdict(list)
    for one in gc.get_objects():
        if type(one) is FunctionType and one.__code__.co_filename.startswith(str(PACKAGE)):
            file = os.path.relpath(one.__code__.co_filename, PACKAGE)
            outer, _, inner = one.__code__.co_qualname.partition(".<locals>.")
            if not inner.endswith(">"):
                found[file, outer].append(one)
    return found


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _codes(inner)
