"""What an operator of the service could set; `POST /__cloud__/settings` changes it while it runs."""

from __future__ import annotations

from dataclasses import dataclass

CLIENT_ID = "C0000000000000000000000000000000000000000000000000000000000000demo"
CLIENT_SECRET = "demo-secret-of-the-simulated-cloud"  # noqa: S105 - a sample, printed at the start

# Below the range that systems hand out by themselves, so that nobody else is likely to hold one.
REDIRECT_URIS = (
    "http://localhost:18417/callback",
    "http://localhost:18418/callback",
    "http://localhost:18419/callback",
)

SCOPES = (
    "spark:webrtc_calling",
    "spark:calls_read",
    "spark:calls_write",
    "spark:xsi",
    "spark:kms",
    "spark:people_read",
    "spark:telephony_config_read",
)


@dataclass(frozen=True, slots=True)
class Settings:
    """Behaviour of the whole service. Durations are nominal seconds unless their name says wall."""

    # Mobius (protocol.md#register, protocol.md#test-service)
    keepalive_interval_s: int = 30
    call_keepalive_interval_s: int = 600
    rehoming_min_minutes: int = 60
    rehoming_max_minutes: int = 120
    requests_per_minute: int = 0  # of one person to Mobius; more get 429 with Retry-After. 0: no limit
    expiry_intervals: float = 5.0  # so many intervals without a keepalive end a registration
    devices_shared: bool = True  # False: each host keeps, counts, lists and deletes its own devices
    status_anywhere: bool = False  # True: any host answers for a device that another granted
    deletion_delay_s: float = 0.0  # a deregistered device lives on so long, and counts
    primary_hosts: tuple[str, ...] = ()  # what discovery names instead of the hosts with that role
    backup_hosts: tuple[str, ...] = ()
    uris_end_with_slash: bool = False
    client_region: str = "US-EAST"
    country_code: str = "US"

    # WDM (protocol.md#wdm-device: about a hundred)
    wdm_limit: int = 100

    # Message socket (protocol.md#message-socket) and calling socket (protocol.md#websocket-transport)
    calling_over_sockets: bool = False  # the feature is on and discovery names the sockets
    socket_auth_s: float = 30.0  # who has not signed in by then is hung up on
    socket_ack_s: float = 10.0  # a message without an acknowledgement by then is a complaint
    calling_socket_idle_s: float = 60.0  # so long a calling socket may have no registration
    ready_events: tuple[str, ...] = ()  # what a message socket tells first, instead of the one asked for

    # Sign-in (sign-in.md#requests)
    redirect_uris: tuple[str, ...] = REDIRECT_URIS
    secret_required: bool = False
    pkce_required: bool = True
    access_token_ttl_s: int = 1_209_599
    refresh_token_ttl_s: int = 7_775_999
    rotate_refresh_token: bool = False
    token_limit: int = 750
    code_ttl_wall_s: float = 60.0
    device_code_ttl_s: int = 300
    device_interval_s: int = 2
    page_ttl_wall_s: float = 600.0
    error_shape: str = "oauth"  # or "webex"
