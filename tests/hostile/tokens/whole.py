"""The whole program but its window among hostile answers, in this process: what it says, writes and shows.

Panel, lines with their machine, message socket, history, `watch`, notifications and the support capsule are
the program's, on real sockets. A person signs in, presses what can be pressed, and sends diagnostics.
"""

import asyncio
import io
import random
from pathlib import Path

from softphone.accounts.panel import Panel
from softphone.app import Program, Services, recorded
from softphone.auth.keystore import MemoryKeystore
from softphone.checks.diagnostics import report_of
from softphone.checks.gathering import Diagnostics
from softphone.errors import SignInError, SoftphoneError
from softphone.headless.instance import Instance
from softphone.headless.records import account_record, json_text, line_record, moment_of
from softphone.headless.watch import Watch
from softphone.history.journal import Journal
from softphone.settings.cloud_file import CLIENT_SECRET_VARIABLE, Cloud
from softphone.system import live_secrets
from softphone.system.folders import Folders
from softphone.wording.notifications import NotificationRules, NotificationSettings
from softphone.wording.recording_words import summary
from tests.hostile.tokens.cloud.answers import HostileCloud
from tests.hostile.tokens.life import Log
from tests.hostile.tokens.trusted import Judgement

PRESSES = 25
_PAUSE_S = 0.03
_LIMIT_S = 60.0


class WholeProgram:
    """`run` it once, below `home`."""

    def __init__(
        self, cloud: Cloud, hostile: HostileCloud, judgement: Judgement, chance: random.Random, home: Path
    ) -> None:
        self._hostile = hostile
        self._judgement = judgement
        self._chance = chance
        self._home = home
        folders = Folders(config=home / "config", state=home / "state")
        folders.make("default")
        self._program = Program(
            cloud=cloud,
            folders=folders,
            keystore=MemoryKeystore(),
            instance=Instance(name="default", lock_path=home / "a.lock", socket_path=home / "a.sock"),
            secrets={CLIENT_SECRET_VARIABLE: hostile.secrets.new("client")},
        )
        self._out = {as_json: io.StringIO() for as_json in (True, False)}
        self._told = NotificationRules(NotificationSettings(delay_s=0.0))

    async def run(self, log: Log) -> None:
        log.rows.clear()
        live_secrets.forget()
        services = Services(self._program)
        panel = services.panel()
        panel.hear_calls(wanted=True, keep=True)
        watches = [Watch(panel, out, as_json=as_json) for as_json, out in self._out.items()]
        panel.on_event(lambda line, _event, _failure: self._say("the API", repr(line.to_dict())))
        journal = Journal(self._program.history_file)
        try:
            async with asyncio.timeout(_LIMIT_S), recorded(self._program, panel, journal):
                await panel.start()
                await self._sign_in(panel, services)
                for _ in range(PRESSES):
                    await asyncio.sleep(_PAUSE_S)
                    await self._press(panel)
                    self._look(panel)
                await self._send_diagnostics(panel, journal)
                if self._chance.random() < 0.5 and panel.accounts:
                    self._say("the receipt", repr(await panel.sign_out(panel.accounts[0].account.key)))
                self._say("what is left", repr(await panel.close()))
        except TimeoutError:
            self._judgement.wrong.append(f"the program hung: {panel.accounts!r}")
        finally:
            await services.close()
        assert len(watches) == len(self._out)
        for out in self._out.values():
            self._say("what watch printed", out.getvalue())
        self._say("the log", "\n".join(log.rows))

    async def _sign_in(self, panel: Panel, services: Services) -> None:
        secrets = self._hostile.secrets
        for _ in range(3):
            attempt = panel.begin_sign_in()
            for kind, secret in (("state", attempt.state), ("verifier", attempt.code_verifier)):
                secrets.add(kind, secret)
            secrets.hold(attempt.state)
            redirect = self._hostile.redirect(attempt.redirect_uri, attempt.state, secrets.new("code"))
            try:
                await panel.finish_sign_in(attempt, redirect)
            except SignInError as error:
                self._say("why nobody is signed in", f"{error.title} {error.sentence} {error.tracking_id}")
            else:
                return
        panel.add(services.given_token(secrets.new("bearer")))

    async def _press(self, panel: Panel) -> None:
        """Do one of what a window, a script or the system does."""
        chance = self._chance
        line = chance.choice(panel.lines).identity.line_id if panel.lines else ""
        try:
            match chance.randrange(8):
                case 0:
                    panel.register_all()
                case 1 if line:
                    panel.deregister(line)
                case 2 if line:
                    panel.retry(line)
                case 3 if line:
                    async with asyncio.timeout(1.0):
                        self._say("devices", repr(await panel.devices(line)))
                case 4 if line:
                    async with asyncio.timeout(1.0):
                        for device in (await panel.blocking_devices(line))[:1]:
                            panel.remove_device(line, device)
                case 5:
                    panel.network_changed(online=True)
                case 6 if panel.accounts:
                    panel.check_again(panel.accounts[0].account.key)
        except TimeoutError:
            pass
        except SoftphoneError as error:
            self._say("an error", f"{error.title} {error.sentence} {error.tracking_id} {error!r}")

    def _look(self, panel: Panel) -> None:
        """See what is shown: records, and notifications."""
        moment = moment_of(asyncio.get_running_loop().time())
        rows = [json_text(line_record(line, moment)) for line in panel.lines]
        rows += [json_text(account_record(account, moment)) for account in panel.accounts]
        shown = self._told.feed(panel.lines, moment.now_s, window_active=False)
        rows += [f"{one.title} {one.text}" for one in shown]
        self._say("what is shown", "\n".join([*rows, repr(panel.lines), repr(panel.accounts)]))

    async def _send_diagnostics(self, panel: Panel, journal: Journal) -> None:
        moment = moment_of(asyncio.get_running_loop().time())
        diagnostics = Diagnostics(
            cloud=self._program.cloud,
            taken=journal.taken,
            summary=lambda recording, told: summary(recording, told.trouble, with_events=True),
            status=lambda: {"lines": [json_text(line_record(line, moment)) for line in panel.lines]},
            accounts=lambda: [one.account for one in panel.accounts],
            report=lambda: report_of(panel),
        )
        await diagnostics.export(self._home / "capsule.zip", keep_names=True)

    def _say(self, what: str, text: str) -> None:
        self._judgement.must_be_clean(what, text)
