"""Codes, grants and tokens: who may still do what.

A *grant* is one consent of one person; it owns one refresh token and any number of access tokens, and
they end with it. Knows nothing of pages, forms or HTTP.
"""

from __future__ import annotations

from dataclasses import dataclass

from softphone.sim.services.mint import Mint

# Dead tokens are kept so that the journal can say whose they were; the oldest go first.
_REMEMBERED = 100_000


@dataclass(slots=True)
class Grant:
    """What a person allowed, until it is revoked."""

    user: str
    scopes: tuple[str, ...]
    refresh_token: str
    refresh_ends_s: float
    access_ttl_s: float
    refreshable: bool = True
    revoked: bool = False


@dataclass(slots=True)
class AccessToken:
    """One bearer token."""

    value: str
    grant: Grant
    ends_s: float
    revoked: bool = False


@dataclass(slots=True)
class Code:
    """One authorization code and what it was bound to; `grant` is set once it was used."""

    value: str
    user: str
    redirect_uri: str
    scopes: tuple[str, ...]
    challenge: str
    ends_s: float
    grant: Grant | None = None


class IssuedTokens:
    """All codes and tokens of the cloud, by their strings."""

    def __init__(self, mint: Mint) -> None:
        self._mint = mint
        self._codes: dict[str, Code] = {}
        self._access: dict[str, AccessToken] = {}
        self._refresh: dict[str, Grant] = {}

    def new_code(
        self, user: str, redirect_uri: str, scopes: tuple[str, ...], challenge: str, ends_s: float
    ) -> Code:
        """Return a code that can be used once."""
        code = Code(self._mint.code(), user, redirect_uri, scopes, challenge, ends_s)
        self._codes[code.value] = code
        return code

    def code(self, value: str) -> Code | None:
        """Return what a code stands for, used or not."""
        return self._codes.get(value)

    def new_grant(
        self,
        user: str,
        scopes: tuple[str, ...],
        *,
        refresh_ends_s: float,
        access_ttl_s: float,
        refreshable: bool = True,
    ) -> Grant:
        """Return a fresh grant with its refresh token."""
        token = self._mint.token()
        grant = Grant(user, scopes, token, refresh_ends_s, access_ttl_s, refreshable)
        self._refresh[token] = grant
        return grant

    def new_access(self, grant: Grant, now_s: float) -> AccessToken:
        """Return one more access token; earlier ones live on until their own end."""
        access = AccessToken(self._mint.token(), grant, now_s + grant.access_ttl_s)
        self._access[access.value] = access
        if len(self._access) > _REMEMBERED:
            del self._access[next(iter(self._access))]
        return access

    def rotate(self, grant: Grant) -> None:
        """Replace the refresh token; the old one is worthless from now on."""
        del self._refresh[grant.refresh_token]
        grant.refresh_token = self._mint.token()
        self._refresh[grant.refresh_token] = grant

    def live_access(self, value: str, now_s: float) -> AccessToken | None:
        """Return a token that is good now."""
        access = self._access.get(value)
        if access is None or access.revoked or access.grant.revoked or now_s >= access.ends_s:
            return None
        return access

    def live_refresh(self, value: str, now_s: float) -> Grant | None:
        """Return the grant of a refresh token that is good now."""
        grant = self._refresh.get(value)
        if grant is None or grant.revoked or not grant.refreshable or now_s >= grant.refresh_ends_s:
            return None
        return grant

    def user_of(self, value: str) -> str | None:
        """Say whose code or token this is or was; for the journal and for faults of one user."""
        if (access := self._access.get(value)) is not None:
            return access.grant.user
        if (grant := self._refresh.get(value)) is not None:
            return grant.user
        if (code := self._codes.get(value)) is not None:
            return code.user
        return None

    def revoke(self, value: str) -> None:
        """End an access token alone, or with a refresh token the whole grant (RFC 7009 2.1)."""
        if (grant := self._refresh.get(value)) is not None:
            grant.revoked = True
        if (access := self._access.get(value)) is not None:
            access.revoked = True

    def expire_access(self, user: str, now_s: float) -> None:
        """Let every access token of a user end now; refreshing still works."""
        for access in self._access.values():
            if access.grant.user == user:
                access.ends_s = min(access.ends_s, now_s)

    def revoke_all(self, user: str) -> None:
        """End every grant of a user."""
        for grant in self._refresh.values():
            if grant.user == user:
                grant.revoked = True

    def count(self, user: str, now_s: float) -> tuple[int, int]:
        """Return how many live access and refresh tokens a user has."""
        access = sum(
            1
            for value, one in self._access.items()
            if one.grant.user == user and self.live_access(value, now_s)
        )
        refresh = sum(
            1 for value, one in self._refresh.items() if one.user == user and self.live_refresh(value, now_s)
        )
        return access, refresh
