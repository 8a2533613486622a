"""The twelve mutants that were thought of before any was drawn: each takes away what keeps a promise."""

from dataclasses import dataclass

from tests.hostile.mutants import trial
from tests.hostile.mutants.mutations import PACKAGE


@dataclass(frozen=True)
class ByHand:
    """What is taken away, and how: each text stands once in its file. `tests` are those that are asked."""

    what: str
    file: str
    tests: tuple[str, ...]
    changes: tuple[tuple[str, str], ...]

    def made(self) -> trial.Changed:
        path = PACKAGE / self.file
        source = path.read_text("utf-8")
        for old, new in self.changes:
            assert source.count(old) == 1, f"{self.what}: {old!r} stands {source.count(old)} times in {path}"
            source = source.replace(old, new)
        code = compile(source, str(path), "exec", dont_inherit=True)
        module = "softphone." + self.file.removesuffix(".py").replace("/", ".")
        return trial.Changed(module, path, code)

    def noticed_by(self) -> str:
        """Return the test that notices it, or ""; one that fails without it is none."""
        noticed = trial.run(self.tests, changed=self.made(), limit_s=120.0).failed
        by_test = "::" in noticed
        files, tests = ([noticed.partition("::")[0]], [noticed]) if by_test else (self.tests, [])
        fails_anyway = noticed and trial.run(files, tests=tests, limit_s=120.0).failed
        return "" if fails_anyway else noticed


_ASKING = "        await self._ledger.asking()\n"
_GRANTED = "        granted = Granted(\n            device=registration.device,\n"

BY_HAND = (
    ByHand(
        "a host is trusted whose name only contains a trusted one",
        "webex/address.py",
        ("tests/webex/test_trust.py",),
        (("return host.endswith(pattern[1:])", "return pattern[1:] in host"),),
    ),
    ByHand(
        "a request has no deadline in all",
        "webex/client.py",
        ("tests/webex/client", "tests/webex/provider"),
        (("until_s = running_s() + deadline_s", "until_s = running_s() + 1e6"),),
    ),
    ByHand(
        "all lines wait equally long",
        "line/seeking.py",
        ("tests/line",),
        (("return widest_s * (1 + when.draw) / 2", "return widest_s"),),
    ),
    ByHand(
        "redirects are followed",
        "webex/pools.py",
        ("tests/webex/client",),
        (
            ("follow_redirects=False", "follow_redirects=True"),
            ('            event_hooks={"response": [_lead_nowhere]},\n', ""),  # either alone follows none
        ),
    ),
    ByHand(
        "the service's interval is taken whatever it is",
        "line/policy.py",
        ("tests/line/test_policy.py",),
        (("return min(max(interval_s, self.keepalive_min_s), self.keepalive_max_s)", "return interval_s"),),
    ),
    ByHand(
        "a registration is in the ledger only after it was asked for",
        "calling/asking.py",
        ("tests/calling/test_line_runner.py", "tests/calling/test_nothing_left_behind.py"),
        ((_ASKING, ""), (_GRANTED, _ASKING + _GRANTED)),
    ),
    ByHand(
        "the first device of the list is removed, whosever it is",
        "line/seeking.py",
        ("tests/line",),
        (("for device in removable or chosen:", "for device in failure.devices[:1]:"),),
    ),
    ByHand(
        "a retry that waits is made although nobody wants the line any more",
        "line/registration.py",
        ("tests/line/test_stories.py", "tests/line/tables/test_pairs.py"),
        (
            (
                "        case Idle():\n            return stay(state)\n        case Registered() |",
                "        case Idle() | WaitingToRetry():\n"
                "            return stay(state)\n        case Registered() |",
            ),
        ),
    ),
    ByHand(
        "a token that is refused is renewed for ever",
        "webex/client.py",
        ("tests/webex/client/test_client_tokens.py",),
        (("        if _is_refused(answer):", "        while _is_refused(answer):"),),
    ),
    ByHand(
        "a request is sent again as often as connections turn out to be closed",
        "webex/client.py",
        ("tests/webex/client/test_kept_connections.py",),
        (
            ("return replace(await self._sent(call,", "return replace(await self._answer(call,"),
            ("                pools.distrust(way.host)\n", "                pass\n"),
        ),
    ),
    ByHand(
        "an answer counts whichever request it answers",
        "line/registration.py",
        ("tests/line",),
        (("            if not is_awaited(state, event.request):", "            if False:"),),
    ),
    ByHand(
        "a timer that was taken back fires all the same",
        "calling/driver.py",
        ("tests/calling/test_driver.py", "tests/calling/test_line_runner.py"),
        (("            self._timer.cancel()", "            pass"),),
    ),
)
