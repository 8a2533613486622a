"""Ports for what a test serves, or for where nobody is."""

import contextlib
import random
import socket


def free_port() -> int:
    """Return a port that the system gives to nobody who asks for any: it may be used much later."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
