"""A soak as a picture: one curve below the other over the same time, storms shaded. An SVG, by hand."""

from collections.abc import Iterable, Sequence
from html import escape

from tests.hostile.soak.figures import Sample

WIDTH, LEFT, RIGHT, TOP, HEIGHT, GAP = 1000, 90, 20, 40, 90, 30
CURVES = (
    ("registered", "registered lines"),
    ("requests", "requests a minute"),
    ("memory_mib", "memory, MiB"),
    ("tasks", "tasks"),
    ("timers", "timers"),
    ("files", "descriptors"),
    ("threads", "threads"),
)


def picture(
    samples: Sequence[Sample], storms: Iterable[tuple[float, float]], *, title: str, unit_s: float, unit: str
) -> str:
    """Return the SVG of all curves; `unit_s` and `unit` say how the time is told below."""
    end_s = max((one.at_s for one in samples), default=1.0) or 1.0
    inner = WIDTH - LEFT - RIGHT
    height = TOP + len(CURVES) * (HEIGHT + GAP)

    def x(at_s: float) -> float:
        return LEFT + inner * at_s / end_s

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>',
        f'<text x="{LEFT}" y="22" font-size="15">{escape(title)}</text>',
    ]
    for begin_s, until_s in storms:
        wide = max(x(min(until_s, end_s)) - x(begin_s), 0.5)
        place = f'x="{x(begin_s):.1f}" y="{TOP}" width="{wide:.1f}" height="{height - TOP - GAP}"'
        parts.append(f'<rect {place} fill="#fbe3d6"/>')
    for number, (name, label) in enumerate(CURVES):
        top = TOP + number * (HEIGHT + GAP)
        values = [float(getattr(one, name)) for one in samples]
        most = max([*values, 1.0])
        points = " ".join(
            f"{x(one.at_s):.1f},{top + HEIGHT * (1 - value / most):.1f}"
            for one, value in zip(samples, values, strict=True)
        )
        parts += [
            f'<line x1="{LEFT}" y1="{top + HEIGHT}" x2="{WIDTH - RIGHT}" y2="{top + HEIGHT}" stroke="#999"/>',
            f'<text x="{LEFT - 8}" y="{top + 10}" text-anchor="end">{most:g}</text>',
            f'<text x="{LEFT - 8}" y="{top + HEIGHT}" text-anchor="end">0</text>',
            f'<text x="{LEFT}" y="{top - 5}" fill="#555">{label}</text>',
            f'<polyline points="{points}" fill="none" stroke="#1f5f8b" stroke-width="1.2"/>',
        ]
    for tick in range(9):
        at_s = end_s * tick / 8
        place = f'x="{x(at_s):.0f}" y="{height - 10}"'
        parts.append(f'<text {place} text-anchor="middle">{at_s / unit_s:.3g} {unit}</text>')
    return "\n".join([*parts, "</svg>", ""])
