"""What `watch` does while it runs."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial

from softphone.accounts.last_call import LastCall
from softphone.accounts.panel import Panel
from softphone.app import Program, Services, line_check, opened, recorded, say_left
from softphone.calling.calls import CallPolicy
from softphone.errors import ConfigError
from softphone.exit_codes import EXIT_OK, EXIT_SIGN_IN_NEEDED, EXIT_TIME_RAN_OUT, EXIT_TROUBLE
from softphone.headless.control_socket import Control
from softphone.headless.service_manager import ServiceManager
from softphone.headless.watch import Watch, WatchOptions, say, say_of_history, say_who_can_sign_in
from softphone.i18n import tr
from softphone.settings.store import SettingsStore
from softphone.system import collector, streams
from softphone.system.ending import Ending, on_interrupt
from softphone.system.tasks import first_of


async def run_until_stopped(program: Program, options: WatchOptions) -> int:
    """Watch until a signal ends it; returns the exit code."""
    stop = Ending()
    on_interrupt(asyncio.get_running_loop(), stop.set)
    return await run_watch(program, options, stop)


async def run_watch(program: Program, options: WatchOptions, stop: asyncio.Event) -> int:
    """Register all wanted lines and print their events until `stop`; returns the exit code.

    A reader of standard output that leaves, as `head -1` goes, ends it too.
    """
    loop, unread = asyncio.get_running_loop(), asyncio.Event()
    outlet = streams.stdout()
    program, store, services = opened(program)
    panel = services.panel()
    chosen = store.settings
    policy = CallPolicy(alerting=chosen.call_alerting, release=chosen.call_release)
    panel.hear_calls(wanted=chosen.call_notices, policy=policy, keep=chosen.call_history)
    watch = Watch(panel, sys.stdout, as_json=options.as_json, until=options.until)
    if outlet is not None:
        outlet.gap, outlet.on_gone = watch.gap, lambda: loop.call_soon_threadsafe(unread.set)
    takeover = None
    if options.take_over_oldest:
        from softphone.accounts.takeover import TakeOverOldest

        takeover = TakeOverOldest(panel, time_scale=program.cloud.policy.time_scale)
    last_call = LastCall(stop.set)
    last_call.start()
    using = asyncio.ensure_future(_use(program, services, panel))
    ends = (stop, watch.met, watch.ended, unread)
    time_ran_out = False
    try:
        async with (
            _metrics(panel, _metrics_port(store, options.metrics_port)),
            Control(program.instance, panel, show=None, leave=stop.set, check=line_check(panel)),
            ServiceManager(panel, partial(_in_words, panel)),
            asyncio.timeout(options.for_s),
        ):
            await first_of(asyncio.wait((using,)), *(end.wait() for end in ends))
    except TimeoutError:
        time_ran_out = options.until is not None
    finally:
        if outlet is not None:
            outlet.on_gone = lambda: None
        stop.set()
        using.cancel()
        if takeover is not None:
            await takeover.close()
        say_left(program, await panel.close(deregister=options.deregister_on_exit))
        await asyncio.wait((using,))
        await services.close()
        last_call.close()
    if unread.is_set() and not watch.met.is_set():
        return EXIT_TROUBLE
    if not using.cancelled():
        using.result()  # raises what it died of; else nobody is signed in
    if not using.cancelled() or (watch.ended.is_set() and not watch.met.is_set()):
        say_who_can_sign_in(panel)
        return EXIT_SIGN_IN_NEEDED
    return EXIT_TIME_RAN_OUT if time_ran_out else EXIT_OK


@asynccontextmanager
async def _metrics(panel: Panel, port: int | None) -> AsyncIterator[None]:
    """Serve the metrics, if a port is given; a port that cannot be had is said and stops nothing else."""
    if port is None:
        yield
        return
    from softphone.headless.metrics import Metrics

    metrics = Metrics(panel)
    try:
        await metrics.start(port)
    except ConfigError as error:
        say(f"{error.title}. {tr(error.sentence)}")
    try:
        yield
    finally:
        await metrics.stop()


def _metrics_port(store: SettingsStore, wanted: int | None) -> int | None:
    """Return the port to serve on: `wanted`, unless the organisation has decided, or else by the settings."""
    settings = store.settings
    chosen = settings.metrics_port if settings.metrics_endpoint else None
    if wanted in (None, chosen):
        return chosen
    if store.is_locked("metrics_endpoint") or store.is_locked("metrics_port"):
        say("--metrics-port is not used: your organisation has decided about the metrics.")
        return chosen
    return wanted


def _in_words(panel: Panel) -> str:
    """Return how the lines are, in a sentence."""
    from softphone.wording.all_lines import summary
    from softphone.wording.moment import LOCAL, Moment

    return summary(panel.lines, Moment(asyncio.get_running_loop().time(), datetime.now(LOCAL))).sentence


async def _use(program: Program, services: Services, panel: Panel) -> None:
    """Bring the accounts back and record what happens, until cancelled; returns when there is nobody."""
    from softphone.history.journal import Journal

    for token in program.tokens:
        panel.add(services.given_token(token))
    async with recorded(program, panel, Journal(program.history_file, on_notice=say_of_history)):
        if not program.tokens and not services.profile.accounts():
            services.require_client_id()
            return
        await panel.start(restore=not program.tokens)
        collector.begin()
        if panel.accounts:
            await asyncio.Event().wait()
