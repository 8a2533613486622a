"""Which cells are tried, all of them in one process, and the table of how they ended."""

import asyncio
import contextlib
import os
import random
import tempfile
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from tests.hostile.matrix.cell import Cell, Result, Setting
from tests.hostile.matrix.chaos import ChaosLoop
from tests.hostile.matrix.faults import EVERY_PHASE, FAULTS, Fault
from tests.hostile.matrix.surroundings import DOMAIN, certificates, watched
from tests.kit.memory import forget_most, give_back, resident_mib

AT_A_TIME = 64
HEAVY_AT_A_TIME = 6
OPENING_AT_A_TIME = 6
AGAIN_AT_MOST = 8  # more are no accident, and each takes its time
GROWTH_MIB = 64.0  # of this process while the heavy cells run: a bomb of them would take four times that

Choice = tuple[Fault, str]
Tell = Callable[[Result], None]


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured of the whole run. `broken`: the memory it took, when that was too much."""

    took_s: float
    heavy_growth_mib: float
    growth_mib: float
    broken: str = ""


def chosen(
    seed: int, share: float, *, faults: Collection[str] = (), phases: Collection[str] = ()
) -> list[Choice]:
    """Return a share of all cells that there are, chosen by the seed."""
    cells = [
        (fault, phase)
        for fault in FAULTS.values()
        for phase in EVERY_PHASE
        if phase in fault.only and (not faults or fault.name in faults) and (not phases or phase in phases)
    ]
    chance = random.Random(seed)
    count = min(len(cells), max(1, round(share * len(cells))))
    return sorted(chance.sample(cells, count), key=lambda cell: not cell[0].heavy)


def run(
    cells: Sequence[Choice], *, at_a_time: int = AT_A_TIME, tell: Tell = lambda _: None
) -> tuple[list[Result], Figures]:
    """Try them, the heavy ones first; `tell` hears of each when it has ended."""
    with (
        contextlib.ExitStack() as stack,
        tempfile.TemporaryDirectory(prefix="softphone-matrix-") as folder,
        ChaosLoop() as chaos,
        asyncio.Runner() as runner,
    ):
        direct, proxied = Path(folder, "direct"), Path(folder, "proxied")
        direct.mkdir()
        proxied.mkdir()
        opening = asyncio.Semaphore(OPENING_AT_A_TIME)
        of_names = certificates(direct, "localhost"), certificates(proxied, f"*.{DOMAIN}")
        setting = Setting(chaos, opening, *of_names)
        roots = {"SSL_CERT_FILE": str(setting.direct[1]), "SSL_CERT_DIR": folder}
        stack.enter_context(patch.dict(os.environ, roots))  # each cell reads them: the system's take 70 ms
        stack.enter_context(watched())
        return runner.run(_run(setting, cells, at_a_time, tell))


async def _run(
    setting: Setting, cells: Sequence[Choice], at_a_time: int, tell: Tell
) -> tuple[list[Result], Figures]:
    began_s = time.monotonic()
    heavy = [cell for cell in cells if cell[0].heavy]
    others = [cell for cell in cells if not cell[0].heavy]
    await Cell(setting, FAULTS["a second late"], "region").run()  # what is loaded once is no growth
    before_mib = resident_mib()
    forget_most()
    results = await _together(setting, heavy, HEAVY_AT_A_TIME, tell)
    heavy_mib = max(0.0, resident_mib("VmHWM") - before_mib)
    results += await _together(setting, others, at_a_time, tell)
    give_back()
    growth_mib = resident_mib() - before_mib
    broken = f"memory grew by {heavy_mib:.0f} MiB in the heavy cells" if heavy_mib > GROWTH_MIB else ""
    return results, Figures(time.monotonic() - began_s, heavy_mib, growth_mib, broken)


async def _together(setting: Setting, cells: Iterable[Choice], at_a_time: int, tell: Tell) -> list[Result]:
    places = asyncio.Semaphore(at_a_time)

    async def play(fault: Fault, phase: str) -> Result:
        async with places:
            result = await Cell(setting, fault, phase).run()
            tell(result)
            return result

    results = list(await asyncio.gather(*(play(*cell) for cell in cells)))
    # Among many on a busy machine some are late by seconds. What is broken is broken alone, too.
    for at, result in [(at, one) for at, one in enumerate(results) if one.broken][:AGAIN_AT_MOST]:
        results[at] = await play(FAULTS[result.fault], result.phase)
    return results


def report(results: Sequence[Result], figures: Figures, *, seed: int) -> str:
    """Return the table, the figures and what is broken, as text."""
    marks = {(result.fault, result.phase): result.mark for result in results}
    shown = [fault for fault in FAULTS.values() if any(fault.name == result.fault for result in results)]
    wide = max((len(fault.name) for fault in shown), default=0)
    heads = [phase[:6] for phase in EVERY_PHASE]
    lines = [f"{'':{wide}} {' '.join(f'{head:6}' for head in heads)}"]
    for fault in shown:
        row = (marks.get((fault.name, phase), "." if phase in fault.only else "-") for phase in EVERY_PHASE)
        lines.append(f"{fault.name:{wide}} {' '.join(f'{mark:6}' for mark in row)}".rstrip())
    why = {fault.why: fault.name for fault in shown if fault.why}
    lines += [f"- {name}: {reason}" for reason, name in why.items()]
    count = {mark: sum(result.mark == mark for result in results) for mark in "RWP!"}
    marks_told = ", ".join(f"{n} {mark}" for mark, n in count.items())
    lines.append(f"{len(results)} cells, seed {seed}: {marks_told}")
    lines += [
        _worst("named after", results, lambda one: one.named_s, "s"),
        _worst("back after", results, lambda one: one.back_s, "nominal s"),
        _worst("requests a minute", results, lambda one: one.most_a_minute, ""),
        _worst("loop held", results, lambda one: 1000 * one.hold_s, "ms"),
    ]
    lines.append(
        f"memory: +{figures.heavy_growth_mib:.0f} MiB at most while heavy answers came, "
        f"{figures.growth_mib:+.0f} MiB in the end; {figures.took_s:.0f} s"
    )
    if figures.broken:
        lines.append(f"BROKEN {figures.broken}")
    lines += [f"BROKEN {one.fault} / {one.phase}: {one.broken}" for one in results if one.broken]
    return "\n".join(lines)


def told(one: Result) -> str:
    """Return one cell in a line."""
    return (
        f"{one.mark} {one.fault} / {one.phase}: {one.broken[:1500] or one.named}; named {one.named_s:.1f} s, "
        f"back {one.back_s:.0f} nominal s, {one.most_a_minute} a minute, {one.took_s:.1f} s in all"
    )


def _worst(what: str, results: Sequence[Result], figure: Callable[[Result], float], unit: str) -> str:
    worst = max(results, key=figure)
    return f"most {what}: {figure(worst):.1f} {unit} ({worst.fault} / {worst.phase})"
