"""Python's collector of circular garbage, which rests while the program starts.

It would walk through all that is being loaded, again and again: a tenth of the start. What is there at the
end of the start stays, so it is never walked through again, which would hold the window up.
"""

import gc


def rest() -> None:
    """Let it rest, until `begin`."""
    gc.disable()


def begin() -> None:
    """The program has started. Nothing is done where the collector did not rest."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()
