"""The names and words that a report may hold in clear: all of them are ours. Pure.

Whatever else a service says may name a person or open a door, a key as well as a value.
"""

import re


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Keys of answers, from protocol.md, sign-in.md and what the vendor has published.
_KEYS = _set("""
access_token account activeServices address addresses attribution backup baseUrl callKeepaliveInterval
callingBehavior clientAddress clientDeviceUri clientRegion countryCode creationTime description developer
device deviceId deviceName deviceType devices directNumber disclaimer displayName domain email emails
entitlement error errorCode error_description errors exp expires_in extension features firstName format
guestName host hostCatalog id indicator intranetInactivityCheckUrl intranetInactivityDuration ipv4 ipv6 jwe
key
keepaliveInterval lastModified lastName lastSeen licenses localizedModel location locationDialingCode
esn locationId message mobius owner routingPrefix
model modificationTime mutable name orgId phoneNumbers ping primary priority
refresh_token refresh_token_expires_in region regionCode rehomingIntervalMax rehomingIntervalMin scope
serviceData serviceHostMap serviceLinks serviceName serviceUrls services settings sipAddresses status
systemName systemVersion timestamp timezone token_type trackingId ttl type uri uris url user userId userName
val value voicePortalExtension voicePortalNumber wdm webSocketUrl wss u2c hydra identity idbroker metrics
clientLogs mercury callingData code grant_type client_id client_secret code_verifier redirect_uri token
city country state includeUpstreamServices userid
""")

# A key or header that is made of these alone is told too: none of them is anybody's name.
_WORDS = _set("""
access active agent allow api available backup base body cache call calling capabilities catalog client
cluster code config connection content control created credentials data date default device devices disabled
enabled encoding endpoint error errors etag event expires feature features flag flags format group header
host hosts http id ids index info interval invalid items keepalive key keys kind last length level limit list
location max message meta method min mobile mobius mode model name new next node number old options order
origin page path phone ping platform policy port primary priority protocol rate reason redirect refresh region
registration rehoming request reset response retry role route scheme server service services session settings
size source state status strict sub support system tag tags target time timeout timestamp token total tracking
transport ttl type uri uris url urls user value values version via web websocket wss x
""")

HEADERS = _set("""
    accept accept-encoding accept-language access-control-allow-credentials access-control-allow-headers
    access-control-allow-methods access-control-allow-origin access-control-expose-headers age alt-svc
    authorization cache-control cisco-device-url cisco-location cisco-no-http-redirect connection
    content-encoding content-language content-length content-security-policy content-type
    cross-origin-opener-policy cross-origin-resource-policy
    date etag expires host keep-alive last-modified location nel pragma
    referrer-policy report-to retry-after server set-cookie spark-user-agent strict-transport-security
    timing-allow-origin trackingid transfer-encoding user-agent vary via www-authenticate
    x-content-type-options x-envoy-upstream-service-time x-frame-options x-request-id x-xss-protection
    """)

MEDIA = _set("""
    application/json application/problem+json application/xhtml+xml application/x-www-form-urlencoded
    application/octet-stream application/xml text/html text/plain text/xml
    """)
ENCODINGS = frozenset({"br", "compress", "deflate", "gzip", "identity", "x-gzip", "zstd"})

# Words that a service uses where it has a choice: what they say is its state, never whose.
VALUES = _set("""
    active inactive IDLE person work work_extension mobile fax boolean true false bearer Bearer UP DOWN ok OK
    cloud-calling personal-room call WEB web-js-sdk webex-js-sdk WEBEX_JS_SDK U2CV2 hostmap
    NATIVE_WEBEX_TEAMS_CALLING NATIVE_SIP_CALL_TO_UCM mobius wdm invalid_grant invalid_client invalid_request
    invalid_scope unauthorized_client access_denied
    """)

# Parts of a path.
PATHS = _set("""
    access_token api apps authorizations authorize calling catalog config device devices hostmap idb limited
    me messages mercury metrics oauth2 people ping region registrations revoke status telephony tokenExpiry
    u2c wdm web wx2
    """)

# Whole numbers under these keys are told as they are: times and codes, up to `NUMBER_AT_MOST`.
NUMBERS = _set("""
    callKeepaliveInterval errorCode expires_in keepaliveInterval priority refresh_token_expires_in
    rehomingIntervalMax rehomingIntervalMin ttl
    """)
NUMBER_AT_MOST = 9_999_999

_NAME_AT_MOST_CHARS = 60
_PLAIN_NAME = re.compile(r"[A-Za-z]+(?:[-_][A-Za-z]+)*")
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def is_told_key(name: str) -> bool:
    """Whether a key may stand in a report as it is."""
    return name in _KEYS or _is_of_our_words(name)


def is_told_header(name: str) -> bool:
    """Whether the name of a header, in lower case, may stand in a report as it is."""
    return name in HEADERS or _is_of_our_words(name)


def _is_of_our_words(name: str) -> bool:
    if len(name) > _NAME_AT_MOST_CHARS or not _PLAIN_NAME.fullmatch(name):
        return False
    return all(part.lower() in _WORDS for part in _PART.findall(name))
