"""A panel that only remembers, and snapshots that look like real ones."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

from softphone.accounts.panel import Panel
from softphone.accounts.snapshot import AccountSnapshot, AccountState, PanelListener, Purpose
from softphone.auth.changes import Receipt
from softphone.auth.client_identity import ClientIdentity
from softphone.auth.keystore import Keystore, MemoryKeystore
from softphone.auth.oauth import SignInAttempt
from softphone.calling.calls import CallPolicy
from softphone.line.device import Device
from softphone.line.failure import Disposition, ErrorType, Failure, Remedy
from softphone.line.model import (
    Account,
    LineIdentity,
    LineSnapshot,
    LineState,
    LineStatus,
    Registration,
    Role,
    Server,
)
from softphone.settings.cloud_file import Cloud
from softphone.values import replace
from softphone.wording.moment import Moment

NOW_S = 5_000.0
WALL = datetime(2026, 11, 22, 10, 14, 22, tzinfo=timezone(timedelta(hours=1)))
MOMENT = Moment(NOW_S, WALL)

ACCOUNT = Account(key="ada", address="ada@example.com", name="Ada Lovelace", organisation="Example Ltd")
PRIMARY = Server(
    url="https://mobius-eu-central-1.prod.infra.webex.com/calling/web/",
    role=Role.PRIMARY,
    region="eu-central-1",
)
BACKUP = Server(
    url="https://mobius-eu-west-2.prod.infra.webex.com/calling/web/", role=Role.BACKUP, region="eu-west-2"
)
DEVICE = Device(
    device_id="beb3c025-8c6a-4c1a-b40c-1d5d2f6a0e11",
    uri="https://mobius-eu-central-1.prod.infra.webex.com/calling/web/devices/beb3c025-8c6a-4c1a-b40c-1d5d2f6a0e11",
    status="active",
    last_seen="2026-11-22T09:13:58.000Z",
    sip_addresses=(
        "sip:0987e4d144b1_b5fc85e2a1c04d@55162.example.calls.webex.com",
        "sip:ada@example.calls.webex.com",
    ),
    client_device_uri="https://wdm-a.wbx2.com/wdm/api/v1/devices/7f7f5f2a-7d0c-4a9c-8f2e-1a2b3c4d5e6f",
)
DEVICES = (
    Device(
        device_id="reception",
        name="Chrome on RECEPTION-2",
        last_seen="2026-11-22T09:11:00.000Z",
        status="active",
    ),
    Device(device_id="laptop", name="Desk app, Windows", last_seen="2026-10-12T08:00:00.000Z"),
    Device(
        device_id="unnamed",
        last_seen="2026-11-22T07:14:00.000Z",
        client_device_uri=DEVICE.client_device_uri,
    ),
)
REGISTRATION = Registration(
    device=DEVICE,
    keepalive_interval_s=30,
    call_keepalive_interval_s=30,
    rehoming_interval_min_minutes=60,
    rehoming_interval_max_minutes=120,
    voice_portal_number="+442079460999",
    voice_portal_extension="0999",
)
SIGNED_IN = AccountSnapshot(
    account=ACCOUNT,
    state=AccountState.READY,
    region="EU (Frankfurt), GB",
    signed_in_until=datetime(2026, 11, 23, 1, 10, tzinfo=UTC),
    renews_itself=True,
)


def failure(**changes: object) -> Failure:
    values: dict[str, object] = {
        "disposition": Disposition.SICK_HOST,
        "error_type": ErrorType.SERVICE_UNAVAILABLE,
        "title": "Webex has trouble",
        "advice": "Nothing is wrong on your side.",
        "remedies": (Remedy.RETRY,),
        "http_status": 503,
        "tracking_id": "WXC_7f3a9c1e-55aa-4b7d-9f42-0d8a1b2c3d4e",
    }
    return Failure(**(values | changes))  # type: ignore[arg-type]


NOT_ENABLED = failure(
    disposition=Disposition.GIVE_UP,
    error_type=ErrorType.FORBIDDEN,
    title="Calling is not enabled for this user",
    advice="An administrator must enable Webex calling.",
    remedies=(Remedy.COPY_FOR_ADMIN, Remedy.RETRY),
    http_status=403,
    error_code=102,
)
DEVICE_LIMIT = failure(
    disposition=Disposition.DEVICE_LIMIT,
    error_type=ErrorType.REGISTRATION,
    title="Too many devices on this line",
    advice="Choose one to remove, then this one can register.",
    remedies=(Remedy.CHOOSE_DEVICE,),
    http_status=403,
    error_code=101,
)
THROTTLED = failure(
    disposition=Disposition.THROTTLED,
    error_type=ErrorType.TOO_MANY_REQUESTS,
    title="Webex is busy",
    advice="It asked for a pause.",
    http_status=429,
    retry_after_s=60.0,
)


def line(
    state: LineState, name: str = "Ada Lovelace", extension: str = "1001", **changes: object
) -> LineSnapshot:
    """A believable snapshot of a line in this state at `NOW_S`."""
    identity = LineIdentity(
        line_id=f"line-{extension}",
        account=replace(ACCOUNT, name=name),
        user_id="c3f2b0a4-1111-4d52-9b8e-aaaabbbbcccc",
        client_device_uri=DEVICE.client_device_uri,
        phone_number="+442079460001",
        extension=extension,
        voicemail="+442079460998",
    )
    up = state in {LineState.REGISTERED, LineState.REGISTERED_BACKUP}
    held = up or state in {LineState.CHECKING, LineState.RECONNECTING, LineState.OFFLINE}
    values: dict[str, object] = {
        "identity": identity,
        "state": state,
        "status": LineStatus.ACTIVE if held else LineStatus.INACTIVE,
        "wanted": state not in {LineState.IDLE, LineState.DEREGISTERING},
        "since_s": NOW_S - 30,
    }
    if held:
        values |= {
            "server": BACKUP if state is LineState.REGISTERED_BACKUP else PRIMARY,
            "registration": REGISTRATION,
            "proved_at_s": NOW_S - (12 if up else 62),
            "next_at_s": NOW_S + (18 if up else 9),
            "round_trip_s": 0.042,
        }
    extra: dict[LineState, dict[str, object]] = {
        LineState.REGISTERED_BACKUP: {"rehome_at_s": NOW_S + 27 * 60},
        LineState.REGISTERING: {"asking": PRIMARY, "attempt": 2},
        LineState.RECONNECTING: {"misses": 2},
        LineState.RETRY_WAIT: {"next_at_s": NOW_S + 42, "attempt": 3, "failure": failure()},
        LineState.FAILED: {"failure": NOT_ENABLED},
        LineState.ACTION: {"failure": DEVICE_LIMIT},
    }
    return LineSnapshot(**(values | extra.get(state, {}) | changes))  # type: ignore[arg-type]


def mixed() -> tuple[LineSnapshot, ...]:
    """The four lines of interface.md#roll-up."""
    return (
        line(LineState.REGISTERED, proved_at_s=NOW_S - 3, next_at_s=NOW_S + 27),
        line(LineState.REGISTERED_BACKUP, "Sales hunt", "2000", proved_at_s=NOW_S - 8),
        line(LineState.RECONNECTING, "Reception", "3000"),
        line(LineState.ACTION, "Lab phone", "4000"),
    )


class PanelSpy(Panel):
    """Remembers calls, and tells its listeners what a test says."""

    lines: tuple[LineSnapshot, ...] = ()
    accounts: tuple[AccountSnapshot, ...] = ()

    def __init__(
        self, lines: tuple[LineSnapshot, ...] = (), accounts: tuple[AccountSnapshot, ...] | None = None
    ) -> None:
        self.lines = lines
        self.accounts = ((SIGNED_IN,) if lines else ()) if accounts is None else accounts
        self.calls: list[tuple[str, ...]] = []
        self.listeners: list[PanelListener] = []
        self.attempt = new_attempt("http://127.0.0.1:9/authorize")
        self.purposes: list[Purpose | None] = []
        self.identity = ClientIdentity(Cloud(client_id="C1"), MemoryKeystore(), {})
        self.keyring: Keystore = MemoryKeystore()
        self.browser_came_back = asyncio.Event()
        self.token_error: Exception | None = None
        self.receipt = Receipt()
        self.begin_error: Exception | None = None
        self.finish: Callable[[], object] = lambda: None
        self.list_devices: Callable[[], tuple[Device, ...]] = lambda: DEVICES
        self.delete: Callable[[], object] = lambda: None
        self.may_list = asyncio.Event()  # a test that looks at the waiting clears it
        self.may_list.set()

    async def kept(self) -> None:
        """Nothing is kept here."""

    def put(self, snapshot: LineSnapshot) -> None:
        known = {each.identity.line_id: each for each in self.lines}
        self.lines = tuple((known | {snapshot.identity.line_id: snapshot}).values())
        for listener in self.listeners:
            listener.line_changed(snapshot)

    def drop(self, line_id: str) -> None:
        self.lines = tuple(each for each in self.lines if each.identity.line_id != line_id)
        for listener in self.listeners:
            listener.line_removed(line_id)

    def set_accounts(self, *accounts: AccountSnapshot) -> None:
        self.accounts = accounts
        for listener in self.listeners:
            listener.accounts_changed(accounts)

    def subscribe(self, listener: PanelListener) -> None:
        self.listeners.append(listener)

    def unsubscribe(self, listener: PanelListener) -> None:
        self.listeners.remove(listener)

    def register(self, line_id: str) -> None:
        self.calls.append(("register", line_id))

    def deregister(self, line_id: str) -> None:
        self.calls.append(("deregister", line_id))

    def retry(self, line_id: str) -> None:
        self.calls.append(("retry", line_id))

    async def blocking_devices(self, line_id: str) -> tuple[Device, ...]:
        self.calls.append(("blocking_devices", line_id))
        await self.may_list.wait()
        return self.list_devices()

    async def devices(self, line_id: str) -> tuple[Device, ...]:
        self.calls.append(("devices", line_id))
        await self.may_list.wait()
        return self.list_devices()

    async def delete_device(self, line_id: str, device: Device) -> None:
        self.calls.append(("delete_device", line_id, device.device_id))
        self.delete()

    def remove_device(self, line_id: str, device: Device) -> None:
        self.calls.append(("remove_device", line_id, device.device_id))

    def register_all(self) -> None:
        self.calls.append(("register_all",))

    def on_line_call(self, listener: object) -> None:
        self.line_call_listener = listener

    def hear_calls(self, *, wanted: bool, policy: CallPolicy | None = None, keep: bool = False) -> None:
        self.hears_calls = wanted

    def deregister_all(self) -> None:
        self.calls.append(("deregister_all",))

    def begin_sign_in(self, purpose: Purpose | None = None) -> SignInAttempt:
        self.calls.append(("begin_sign_in",))
        self.purposes.append(purpose)
        if self.begin_error is not None:
            raise self.begin_error
        return self.attempt

    async def finish_sign_in(self, attempt: SignInAttempt, redirect_url: str) -> None:
        assert attempt is self.attempt
        self.calls.append(("finish_sign_in", redirect_url))
        self.finish()

    def cancel_sign_in(self, attempt: SignInAttempt) -> None:
        assert attempt is self.attempt
        self.calls.append(("cancel_sign_in",))

    async def sign_in_with_browser(
        self, open_url: Callable[[str], object], purpose: Purpose | None = None, **_: object
    ) -> None:
        self.calls.append(("sign_in_with_browser",))
        self.purposes.append(purpose)
        if self.begin_error is not None:
            raise self.begin_error
        open_url(self.attempt.authorize_url)
        try:
            await self.browser_came_back.wait()
        except asyncio.CancelledError:
            self.calls.append(("browser cancelled",))
            raise
        self.finish()

    async def sign_in_with_token(self, access_token: str) -> None:
        self.calls.append(("sign_in_with_token", access_token))
        if self.token_error is not None:
            raise self.token_error

    def accept(self, account_key: str) -> None:
        self.calls.append(("accept", account_key))

    def check_again(self, account_key: str) -> None:
        self.calls.append(("check_again", account_key))

    async def sign_out(self, account_key: str, *, erase: bool = False) -> Receipt:
        self.calls.append(("sign_out", account_key, *(["erase"] if erase else [])))
        return self.receipt


def new_attempt(
    authorize_url: str, redirect_uri: str = "http://127.0.0.1:9/softphone/callback"
) -> SignInAttempt:
    return SignInAttempt(
        authorize_url=authorize_url,
        redirect_uri=redirect_uri,
        scopes=(),
        issuers=(),
        state="state",
        code_verifier="verifier",
    )
