"""The guide for whoever is the first to use this program with an organisation: how it gets a client ID."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from softphone.auth.client_identity import SetUp
from softphone.errors import ConfigError, SoftphoneError
from softphone.i18n import tr
from softphone.ui.bridge import Bridge
from softphone.ui.copyable import Copyable
from softphone.ui.fields import hide_what_is_typed, labelled_field
from softphone.ui.kit.button import Button, ButtonKind
from softphone.ui.kit.layout import FlowLayout, in_column
from softphone.ui.kit.page_dialog import PageDialog
from softphone.ui.kit.text import Text
from softphone.ui.sign_in.browser import open_in_browser

SIZE = (560, 600)
PORTAL = "https://developer.webex.com/my-apps/new/integration"


class SetUpGuide(PageDialog):
    """The steps at the portal, and the fields for what it answers. Show it with `open()`.

    Signals:
        ready(): a client ID is in use now.
    """

    ready: Signal = Signal()

    def __init__(self, bridge: Bridge, set_up: SetUp, parent: QWidget) -> None:
        super().__init__(tr("Set up this app for Webex"), parent, name="setUpGuide", size=SIZE)
        self._bridge = bridge
        self._client_id = labelled_field("clientIdField", tr("Client ID"))
        self._client_secret = labelled_field("clientSecretField", tr("Client secret"))
        hide_what_is_typed(self._client_secret)
        close = tr("Close") if set_up.source else tr("Not now")
        self._close = Button(close, self.reject, name="setUpCancelButton")
        self._save = Button(
            tr("Save and sign in"), self._enter, name="setUpSaveButton", kind=ButtonKind.PRIMARY
        )
        self._explain(set_up)
        if set_up.source:
            self._show_fixed(set_up)
            self.add_button(self._close)
        else:
            self._ask(set_up)
            self.add_button(self._close)
            self.add_button(self._save)
            self._first = self._portal
            self._client_id.textChanged.connect(lambda _: self._show_readiness())
            self._show_readiness()
        bridge.set_up_changed.connect(self._changed)

    def done(self, result: int) -> None:
        """Close, and forget the secret."""
        self._client_secret.setText("")
        super().done(result)

    def _explain(self, set_up: SetUp) -> None:
        self._say(
            tr(
                "Webex lets an app sign people in once somebody has registered it as an integration: its "
                "name, the address it comes back to, and what it may do. That is done once for your "
                "organisation."
            )
        )
        self._head(tr("1. Create an integration on the Webex developer portal"))
        self._portal = Button(tr("Open the developer portal"), self._open_portal, name="openPortalButton")
        self.page.addLayout(FlowLayout(self._portal))
        self._head(tr("2. Enter each of these redirect URIs"))
        uris = [Copyable("", uri) for uri in set_up.redirect_uris]
        self.page.addLayout(in_column(*uris, spacing=4))
        self._head(tr("3. Tick these scopes"))
        scopes = "\n".join(set_up.scopes)
        self.page.addWidget(Copyable(tr("Scopes"), " ".join(set_up.scopes), shown=scopes))

    def _ask(self, set_up: SetUp) -> None:
        self._head(tr("4. Paste what the portal shows at the end"))
        self._client_id.setText(set_up.client_id)
        self.page.addWidget(self._client_id)
        if set_up.with_secret:
            self.page.addWidget(self._client_secret)
        kept = tr("They stay in this computer's keyring, or until you quit where there is none.")
        self.page.addWidget(Text(kept, secondary=True))
        if set_up.client_id:
            self._say(tr("With another client ID everybody here signs in again at the next start."))
        for field in (self._client_id, self._client_secret):
            field.returnPressed.connect(self._enter)

    def _show_fixed(self, set_up: SetUp) -> None:
        self._head(tr("The client ID is set already"))
        self._say(tr("It comes from {file} and cannot be changed here.", file=set_up.source))
        self.page.addWidget(Copyable(tr("Client ID"), set_up.client_id))

    def _head(self, words: str) -> None:
        self.page.addWidget(Text(words, bold=True))

    def _say(self, words: str) -> None:
        self.page.addWidget(Text(words))

    def _open_portal(self) -> None:
        if not open_in_browser(PORTAL):
            self.show_note(tr("No browser could be opened. The portal is at {address}", address=PORTAL))

    def _show_readiness(self) -> None:
        self._save.setEnabled(bool(self._client_id.text().strip()))

    def _enter(self) -> None:
        if not self._save.isEnabled():
            return
        self.show_note("")
        identity = self._bridge.panel.identity
        question = identity.enter(self._client_id.text(), self._client_secret.text())
        self._bridge.ask(self, question, lambda _: None, self._refused)

    def _changed(self) -> None:
        if self.isVisible() and self._bridge.panel.identity.cloud.client_id:
            self.accept()
            self.ready.emit()

    def _refused(self, error: SoftphoneError) -> None:
        if isinstance(error, ConfigError):  # any other comes when the entered one is in use already
            self.show_note(f"{tr(error.title)}. {tr(error.sentence)}")
