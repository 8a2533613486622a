"""Which exchange it was, and what kind of host it was with: words of ours for addresses. Pure."""

import re
from enum import Enum

from softphone.line.model import Server, Servers
from softphone.settings.cloud_file import Cloud
from softphone.webex.address import Address, Trust, read_address


class Route(Enum):
    """Each kind of exchange of protocol.md; the value is its name in a report."""

    SIGN_IN = "token"
    REVOKE = "revoke"
    TOKEN_EXPIRY = "token expiry"  # noqa: S105 - a name
    CATALOG = "catalog"
    REGION = "region"
    PERSON = "person"
    NUMBERS = "numbers"
    WDM_CREATE = "create WDM device"
    WDM_REFRESH = "refresh WDM device"
    WDM_NAMES = "list WDM devices"
    WDM_DELETE = "delete WDM device"
    SERVERS = "servers"
    REGISTER = "register"
    KEEPALIVE = "keepalive"
    PING = "ping"
    DEVICES = "devices"
    DEREGISTER = "deregister"
    OTHER = "other"


_CALLING = re.compile(r"(?P<base>.*/calling/web/+)(?P<rest>.*)")
_BY_METHOD_AND_REST = (
    ("GET", re.compile(r""), Route.SERVERS),
    ("POST", re.compile(r"device"), Route.REGISTER),
    ("GET", re.compile(r"devices"), Route.DEVICES),
    ("POST", re.compile(r"devices/[^/]+/status"), Route.KEEPALIVE),
    ("DELETE", re.compile(r"devices/[^/]+"), Route.DEREGISTER),
)
_WDM_LIST = {"POST": Route.WDM_CREATE, "GET": Route.WDM_NAMES}
_WDM_ONE = {"PUT": Route.WDM_REFRESH, "DELETE": Route.WDM_DELETE}
_HOSTS = {
    Route.SIGN_IN: "sign-in",
    Route.REVOKE: "sign-in",
    Route.TOKEN_EXPIRY: "API",
    Route.PERSON: "API",
    Route.NUMBERS: "API",
    Route.CATALOG: "catalog",
    Route.REGION: "region",
    Route.SERVERS: "cluster",
}


class Places:
    """The addresses of one cloud; `servers` are those that discovery has named by now."""

    def __init__(self, cloud: Cloud) -> None:
        self.servers: Servers = Servers()
        self._trust: Trust = Trust.of(cloud)
        api, u2c = cloud.api_url.rstrip("/"), cloud.u2c_url.rstrip("/")
        self._fixed = {
            cloud.token_url: Route.SIGN_IN,
            cloud.revoke_url: Route.REVOKE,
            cloud.region_url: Route.REGION,
            f"{u2c}/catalog": Route.CATALOG,
            f"{api}/people/me": Route.PERSON,
            f"{api}/telephony/config/people/me": Route.NUMBERS,
            f"{api}/authorizations/tokenExpiry": Route.TOKEN_EXPIRY,
        }
        own = (cloud.token_url, cloud.revoke_url, cloud.api_url, cloud.u2c_url, cloud.region_url)
        self._own_origins = {address.origin for url in own if (address := read_address(url))}

    def route_of(self, method: str, url: str) -> Route:
        """Return what was asked."""
        plain = url.partition("?")[0]
        if plain in self._fixed:
            return self._fixed[plain]
        path = plain.partition("://")[2].partition("/")[2]
        if calling := _CALLING.fullmatch(f"/{path}"):
            rest = calling["rest"]
            found = (
                r
                for wanted, pattern, r in _BY_METHOD_AND_REST
                if wanted == method and pattern.fullmatch(rest)
            )
            return next(found, Route.OTHER)
        if path.endswith("/ping") and method == "GET":
            return Route.PING
        before, _, last = path.rpartition("/")
        if last == "devices":
            return _WDM_LIST.get(method, Route.OTHER)
        return _WDM_ONE.get(method, Route.OTHER) if before.endswith("devices") else Route.OTHER

    def host_of(self, route: Route, url: str) -> str:
        """Return the kind of host that was asked, and by which rule it is trusted."""
        address = read_address(url)
        if address is None:
            return "unreadable"
        kind = _HOSTS.get(route) or self._server_kind(address) or ("WDM" if "WDM" in route.value else "other")
        return f"{kind}, {self._rule(address)}"

    def kind_of(self, text: str, asked: str) -> str:
        """Return where an address in the answer of the address `asked` leads."""
        address = read_address(re.sub(r"^ws", "http", text))
        if address is None:
            return "unreadable"
        origin = read_address(asked)
        if origin is not None and origin.origin == address.origin:
            return "the host asked"
        if kind := self._server_kind(address):
            return f"a {kind} server"
        if address.origin in self._own_origins:
            return "a host of the cloud file"
        return "another trusted host" if self._trust.refusal(address) is None else "a foreign host"

    def is_trusted(self, url: str) -> bool:
        """Whether the client would send anything to the address."""
        address = read_address(url)
        return address is not None and self._trust.refusal(address) is None

    def _server_kind(self, address: Address) -> str:
        def is_here(server: Server) -> bool:
            other = read_address(server.url)
            return other is not None and other.origin == address.origin

        for kind, servers in (("primary", self.servers.primaries), ("backup", self.servers.backups)):
            if any(map(is_here, servers)):
                return kind
        return ""

    def _rule(self, address: Address) -> str:
        """Return the entry of `trusted_hosts` that covers the host; those of a cloud file are not told."""
        if self._trust.refusal(address) is not None:
            return "not trusted"
        if self._trust.loopback:
            return "this computer"
        built_in = (
            rule
            for rule in Cloud().trusted_hosts
            if rule == address.host or (rule[:1] == "*" and address.host.endswith(rule[1:]))
        )
        return next(built_in, "trusted by the cloud file")
