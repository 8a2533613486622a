"""Two small dialogs about accounts: somebody else signed in, and a keyring that cannot be used."""

import sys
from functools import partial

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import QWidget

from softphone.accounts.snapshot import AccountSnapshot
from softphone.i18n import tr
from softphone.line.model import Account
from softphone.ui.kit.button import Button, ButtonKind
from softphone.ui.kit.page_dialog import PageDialog
from softphone.ui.kit.text import Text, with_ampersands

CHOICE_SIZE = (480, 250)
KEYRING_SIZE = (500, 330)


class SomebodyElseDialog(PageDialog):
    """Somebody else signed in than was expected: nothing is replaced before the person says so (U14).

    Signals:
        both_chosen(), replace_chosen(), neither_chosen(): keep both; let the new one take the other's place;
            sign the new one out again.
    """

    both_chosen: Signal = Signal()
    replace_chosen: Signal = Signal()
    neither_chosen: Signal = Signal()

    def __init__(self, account: AccountSnapshot, expected: Account, parent: QWidget) -> None:
        title = tr("Another person signed in")
        super().__init__(title, parent, name="somebodyElseDialog", size=CHOICE_SIZE)
        name, other = account.account.label, expected.label
        happened = tr("{expected} was to sign in again, but {name} did.", name=name, expected=other)
        meaning = tr(
            "Keep both: {expected} stays here, signed out. Replace: {expected} is forgotten here. Cancel: "
            "{name} is signed out again.",
            name=name,
            expected=other,
        )
        self.page.addWidget(Text(happened))
        self.page.addWidget(Text(meaning, secondary=True))
        keep = tr("Keep both")
        for name, words, chosen in (
            ("neither", tr("Cancel"), self.neither_chosen),
            ("replace", with_ampersands(tr("Replace {expected}", expected=other)), self.replace_chosen),
            ("both", keep, self.both_chosen),
        ):
            kind = ButtonKind.PRIMARY if words is keep else ButtonKind.SECONDARY
            self.add_button(Button(words, partial(self._choose, chosen), name=f"{name}Button", kind=kind))

    def _choose(self, chosen: SignalInstance) -> None:
        self.accept()
        chosen.emit()


def keyring_dialog(parent: QWidget, platform: str = sys.platform) -> PageDialog:
    """Return how a computer gets a safe place for sign-ins, in plain words."""
    title = tr("A safe place for your sign-in")
    dialog = PageDialog(title, parent, name="keyringDialog", size=KEYRING_SIZE)
    for step in (_WHY, _WAYS.get(platform, _LINUX), _LOCKED, _MEANWHILE):
        dialog.page.addWidget(Text(tr(step)))
    close = Button(tr("Close"), dialog.accept, name="closeButton", kind=ButtonKind.PRIMARY)
    dialog.add_button(close)
    return dialog


_WHY = (  # shown
    "This app keeps sign-ins in the system's keyring only, which encrypts them, and never in a file."
)
_WAYS = {  # shown
    "win32": "Windows has one of its own, the Credential Manager. Start its service, then this app again.",
    "darwin": "macOS has one of its own. Unlock it in Keychain Access, then start this app again.",
}
_LINUX = (  # shown
    "On Linux, install GNOME Keyring or KWallet from your system's software, log out of the desktop and in "
    "again, and start this app from there."
)
_LOCKED = (  # shown
    "If a keyring is there and locked, unlock it: it usually opens with the password you log in with."
)
_MEANWHILE = "Until then everything works, and you sign in once after each start."  # shown
