"""The operating system's opinion about the network: a hint, never a proof (reliability.md#wake)."""

from collections.abc import Callable

from PySide6.QtNetwork import QNetworkInformation


class NetworkHints:
    """Calls `changed(online)` when the system says that the network came or went."""

    def __init__(self, changed: Callable[[bool], None]) -> None:
        self._changed = changed
        self._information: QNetworkInformation | None = None
        if QNetworkInformation.loadDefaultBackend():
            self._information = QNetworkInformation.instance()
            self._information.reachabilityChanged.connect(self._reachability_changed)

    def close(self) -> None:
        """Listen no more."""
        if self._information is not None:
            self._information.reachabilityChanged.disconnect(self._reachability_changed)
            self._information = None

    def _reachability_changed(self, reachability: QNetworkInformation.Reachability) -> None:
        self._changed(reachability is not QNetworkInformation.Reachability.Disconnected)
