"""Signing in with an access token: for developers, in memory only (sign-in.md#given-tokens)."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from softphone.errors import SoftphoneError
from softphone.i18n import tr
from softphone.ui.bridge import Bridge
from softphone.ui.fields import hide_what_is_typed, labelled_field
from softphone.ui.kit.button import Button, ButtonKind
from softphone.ui.kit.page_dialog import PageDialog
from softphone.ui.kit.text import Text

SIZE = (460, 280)
TOKEN_LIMIT_CHARS = 8192


class TokenDialog(PageDialog):
    """Asks for the token; closes itself once it is in use. Show it with `open()`."""

    def __init__(self, bridge: Bridge, parent: QWidget) -> None:
        super().__init__(tr("Sign in with an access token"), parent, name="tokenDialog", size=SIZE)
        self._bridge = bridge
        self._field = labelled_field("tokenField", tr("Access token"))
        hide_what_is_typed(self._field)
        self._field.setMaxLength(TOKEN_LIMIT_CHARS)
        self._field.textChanged.connect(lambda _: self._show_readiness())
        self._field.returnPressed.connect(self._use)
        paste = Button(tr("Paste"), self._paste, name="pasteTokenButton", kind=ButtonKind.QUIET)
        cancel = Button(tr("Cancel"), self.reject, name="tokenCancelButton")
        self._use_button = Button(tr("Sign in"), self._use, name="useTokenButton", kind=ButtonKind.PRIMARY)
        self.page.addWidget(
            Text(tr("For developers: a personal access token from the developer portal lasts 12 hours."))
        )
        self.page.addWidget(self._field)
        kept = tr("It is held in memory only, is never stored or logged, and is forgotten when you quit.")
        self.page.addWidget(Text(kept, secondary=True))
        self.add_button(paste, aside=True)
        for button in (cancel, self._use_button):
            self.add_button(button)
        self.setTabOrder(self._field, paste)
        self._first = self._field
        self._show_readiness()

    def done(self, result: int) -> None:
        """Close, and forget what was typed."""
        self._forget()
        super().done(result)

    def _paste(self) -> None:
        self._field.setText(QGuiApplication.clipboard().text().strip())
        self._field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _use(self) -> None:
        token = self._field.text().strip()
        if not token or not self._field.isEnabled():
            return
        self._forget()
        self._field.setEnabled(False)
        self._show_readiness()
        self.show_note(tr("Asking Webex…"))
        question = self._bridge.panel.sign_in_with_token(token)
        self._bridge.ask(self, question, lambda _: self.accept(), self._refused)

    def _refused(self, error: SoftphoneError) -> None:
        self._field.setEnabled(True)
        self.show_note(f"{tr(error.title)}. {tr(error.sentence)}")
        self._field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _forget(self) -> None:
        self._field.setText("")  # not clear(), which Ctrl+Z takes back

    def _show_readiness(self) -> None:
        self._use_button.setEnabled(self._field.isEnabled() and bool(self._field.text().strip()))
