"""Every reader of foreign bytes, by who sends them; test_every_reader.py says which reads what."""

from tests.hostile.fuzz.readers import exchanges, history, local, settings, sign_in, sockets, wire, words
from tests.hostile.fuzz.target import Target

TARGETS: tuple[Target, ...] = (
    *exchanges.TARGETS,
    *wire.TARGETS,
    *sockets.TARGETS,
    *sign_in.TARGETS,
    *settings.TARGETS,
    *history.TARGETS,
    *local.TARGETS,
    *words.TARGETS,
)


def target_called(name: str) -> Target:
    """Return the reader of this name."""
    return next(target for target in TARGETS if target.name == name)
