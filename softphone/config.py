"""What the program is told from outside: the cloud file, the profile and where files are kept.

Read once at start, passed down as frozen values. Every fault is a `ConfigError` that names the file, the
key and what is allowed (design.md 5). Secrets are never read from or written to a file here.
"""

import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import platformdirs

from softphone.errors import ConfigError
from softphone.line.policy import Policy

APP_NAME = "softphone"
LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloud:
    """One calling service as its cloud file describes it. The defaults are Webex's (design.md 5).

    `revoke_url` may be empty: then signing out cannot revoke the tokens and says so.
    """

    name: str = "Webex"
    authorize_url: str = "https://webexapis.com/v1/authorize"
    token_url: str = "https://webexapis.com/v1/access_token"  # noqa: S105 - an address
    revoke_url: str = "https://idbroker.webex.com/idb/oauth2/v1/revoke"
    api_url: str = "https://webexapis.com/v1"
    u2c_url: str = "https://u2c.wbx2.com/u2c/api/v1"
    region_url: str = "https://ds.ciscospark.com/v1/region"
    client_id: str = ""
    redirect_uri: str = "http://localhost:47113/softphone/callback"
    scopes: tuple[str, ...] = (
        "spark:webrtc_calling",
        "spark:calls_read",
        "spark:calls_write",
        "spark:xsi",
        "spark:kms",
        "spark:people_read",
        "spark:telephony_config_read",
    )
    trusted_hosts: tuple[str, ...] = (
        "webexapis.com",
        "*.webex.com",
        "*.wbx2.com",
        "*.ciscospark.com",
        "*.broadcloudpbx.com",
        "*.broadcloudpbx.net",
        "*.broadcloud.eu",
        "*.broadcloud.com.au",
    )
    policy: Policy = field(default_factory=Policy)
    source: str = "the built-in Webex cloud"  # the file's path, for messages
