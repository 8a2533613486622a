"""A request without a usable answer: what became of it, and what that means. Pure; one row a fault.

`webex.exchange` finds out which fault it was.
"""

from collections.abc import Mapping
from enum import Enum

from softphone.i18n import phrase
from softphone.line.failure import Disposition, ErrorType, Failure, Remedy
from softphone.values import replace
from softphone.webex.failures import NONSENSE, PORTAL, FailureKind


class Fault(Enum):
    """A request without a usable answer (reliability.md#transport)."""

    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    RESET = "reset"
    TIMED_OUT = "timed out"
    DNS = "name not found"
    NAMES_SILENT = "no name server answers"
    TLS = "tls"
    TLS_EXPIRED = "certificate expired"
    TLS_NOT_YET_VALID = "certificate not yet valid"
    TLS_WRONG_HOST = "certificate of another host"
    TLS_UNKNOWN_ISSUER = "certificate of an unknown issuer"
    TLS_SELF_SIGNED = "certificate signed by itself"
    PROXY_SIGN_IN = "proxy wants a sign-in"
    PROXY_REFUSED = "proxy refused"
    PROXY_UNREACHABLE = "proxy not reached"
    PROXY_UNUSABLE = "proxy of another kind"
    BROKEN = "broken answer"
    TOO_LONG = "answer too long"
    ENCODED = "answer encoded"
    REDIRECTED = "redirected"
    UNTRUSTED = "address not trusted"


def transport_failure(
    fault: Fault,
    host: str,
    *,
    tracking_id: str = "",
    reason: str = "",
    issuer: str = "",
    proxy: str = "",
    sent: bool = False,
) -> Failure:
    """Return the failure of a request that got no usable answer.

    `issuer` is who issued the certificate that was refused, `proxy` the address of the one on the way.
    `sent`: the request was on its way when it failed, so it may have been carried out.
    """
    certificate = (
        phrase("certificate of {host}, issued by {issuer},", host=host, issuer=issuer)
        if issuer
        else phrase("certificate of {host}", host=host)
    )
    words = {"certificate": certificate, "proxy": proxy or phrase("The proxy")}
    failure = _TRANSPORT[fault].failure(host, words, tracking_id=tracking_id, unsure=sent)
    advice = failure.advice
    return replace(
        failure,
        advice=phrase("{advice} ({reason})", advice=advice, reason=reason) if reason else advice,
        message=failure.message or f"{failure.title}.",
    )


def _dead(title: str, advice: str, *remedies: Remedy) -> FailureKind:
    return FailureKind(Disposition.DEAD_HOST, ErrorType.NETWORK, title, advice, "", remedies or _LOOK)


def _ours(title: str, advice: str, *remedies: Remedy) -> FailureKind:
    """It is this computer's network or proxy: nothing was learnt about the host."""
    return FailureKind(Disposition.NO_NETWORK, ErrorType.NETWORK, title, advice, "", remedies or _LOOK)


_LOOK = (Remedy.RUN_CHECK, Remedy.RETRY)
_BY_SETTING = (Remedy.NETWORK_SETTINGS, Remedy.RETRY)
_BY_CERTIFICATE = (Remedy.ADD_CERTIFICATE, Remedy.COPY_DIAGNOSTICS)
_NO_ANSWER = "No server answers"  # shown
_NOT_TRUSTED = "The connection is not trusted"  # shown

_TRANSPORT: Mapping[Fault, FailureKind] = {
    Fault.REFUSED: _dead(_NO_ANSWER, "{host} refused the connection. The next one is asked."),
    Fault.UNREACHABLE: _ours(_NO_ANSWER, "This computer cannot reach {host}: check the network or VPN."),
    Fault.RESET: _dead(_NO_ANSWER, "{host} cut the connection before its answer came. It is asked again."),
    Fault.TIMED_OUT: _dead(_NO_ANSWER, "{host} took too long. Your internet or this server is slow or down."),
    Fault.DNS: _dead("The server's name was not found", "A VPN or DNS setting may be in the way of {host}."),
    Fault.NAMES_SILENT: _ours(
        "The server's name was not found", "No name server answers for {host}: check the network or VPN."
    ),
    Fault.TLS: _dead(_NOT_TRUSTED, "{host} gave no secure answer. A security gateway may be in the way."),
    Fault.TLS_EXPIRED: _dead(
        _NOT_TRUSTED, "The {certificate} has expired. If others work, check this computer's clock."
    ),
    Fault.TLS_NOT_YET_VALID: _dead(
        _NOT_TRUSTED, "The {certificate} is not valid yet. Check this computer's clock."
    ),
    Fault.TLS_WRONG_HOST: _dead(_NOT_TRUSTED, "The {certificate} belongs to another host. Nothing was sent."),
    Fault.TLS_UNKNOWN_ISSUER: _dead(
        _NOT_TRUSTED,
        "The {certificate} comes from an issuer that is not known here. "
        "A security gateway may need its certificate added.",
        *_BY_CERTIFICATE,
    ),
    Fault.TLS_SELF_SIGNED: _dead(
        _NOT_TRUSTED,
        "The certificate of {host} is signed by itself. A security gateway may need its certificate added.",
        *_BY_CERTIFICATE,
    ),
    Fault.PROXY_SIGN_IN: _ours(
        "The proxy wants a sign-in",
        "{proxy} let nothing through, so nothing was sent to {host}. Ask who runs it.",
        *_BY_SETTING,
    ),
    Fault.PROXY_REFUSED: _dead(
        "The proxy refused",
        "{proxy} did not open the way to {host}. Ask who runs it if it persists.",
        *_BY_SETTING,
    ),
    Fault.PROXY_UNREACHABLE: _ours(
        "No answer from the proxy",
        "{proxy} is not there, so {host} was not asked. Check the proxy setting.",
        *_BY_SETTING,
    ),
    Fault.PROXY_UNUSABLE: _ours(
        "The proxy cannot be used",
        "This computer's proxy is not of the kind http://host:port. Set another.",
        *_BY_SETTING,
    ),
    Fault.BROKEN: _dead(
        "Webex sent a broken answer", "That of {host} was cut short or garbled. It is asked again."
    ),
    Fault.TOO_LONG: NONSENSE,
    Fault.ENCODED: NONSENSE,
    Fault.REDIRECTED: PORTAL,
    Fault.UNTRUSTED: FailureKind(
        Disposition.SICK_HOST,
        ErrorType.SERVER,
        "This address is not trusted",
        "Nothing was sent to {host}, because it is not one of this cloud's own servers.",
        "Address not trusted.",
        (Remedy.COPY_DIAGNOSTICS,),
    ),
}
