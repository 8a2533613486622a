"""Signing in by a code on another device: what RFC 8628 says a server does, in Webex's dress.

    POST device/authorize -> the codes      GET device -> POST device/code -> sign-in -> consent
    POST device/token     -> 428 until a person has decided

`sign_in` has the pages; a transaction that knows a device ends with a page instead of a redirect.
"""

from __future__ import annotations

from softphone.sim.messages import RefusalError, Reply, json_reply
from softphone.sim.services import pages
from softphone.sim.services.people import Person
from softphone.sim.services.state import Call, DeviceSignIn, Transaction
from softphone.sim.services.tokens import Grant
from softphone.sim.settings import CLIENT_ID, SCOPES

GRANT_TYPE = "urn:ietf:params:oauth:grant-type:device_code"
_SLOW_DOWN_S = 5  # what each `slow_down` adds to the interval (RFC 8628, 3.5)


def begin(call: Call, form: dict[str, str]) -> Reply:
    """Hand out a code for a device and one for its person."""
    scopes = tuple(form.get("scope", "").split())
    if form.get("client_id") != CLIENT_ID:
        raise call.refusal(400, "invalid_client: The client is unknown.")
    if not scopes or not set(scopes) <= set(SCOPES):
        raise call.refusal(400, "invalid_scope: A scope is missing or not registered for this program.")
    settings, state = call.state.settings, call.state
    for old in [key for key, one in state.device_sign_ins.items() if call.now_s >= one.ends_s]:
        del state.device_sign_ins[old]
    device_code, user_code = state.mint.code(), state.mint.digits()
    state.device_sign_ins[device_code] = DeviceSignIn(
        user_code=user_code,
        scopes=scopes,
        ends_s=call.now_s + settings.device_code_ttl_s,
        interval_s=settings.device_interval_s,
    )
    page = f"{state.base}/v1/device"
    return json_reply(
        200,
        {
            "device_code": device_code,
            "user_code": user_code,
            "verification_uri": page,
            "verification_uri_complete": f"{page}?user_code={user_code}",
            "expires_in": settings.device_code_ttl_s,
            "interval": settings.device_interval_s,
        },
    )


def transaction_for(call: Call, user_code: str) -> Transaction | None:
    """Return the visit of a person who has entered this code; None for one that nobody waits for."""
    wanted = user_code.strip().replace("-", "")
    for key, one in call.state.device_sign_ins.items():
        if one.user_code == wanted and call.now_s < one.ends_s and one.decision is None:
            return Transaction(
                redirect_uri="",
                scopes=one.scopes,
                state=None,
                challenge="",
                login_hint="",
                ends_s=one.ends_s,
                device_code=key,
            )
    return None


def decide(call: Call, transaction: Transaction, person: Person, *, accepted: bool) -> str:
    """Keep what the person decided; return the page that says so."""
    waiting = call.state.device_sign_ins.get(transaction.device_code)
    if waiting is None or call.now_s >= waiting.ends_s:
        return pages.trouble_page("This code is too old", "Start again on the other device.")
    waiting.decision, waiting.user = accepted, person.name
    words = "is signed in" if accepted else "was not signed in"
    return pages.trouble_page("You can close this page", f"The other device {words}.")


def grant(call: Call, form: dict[str, str]) -> Grant:
    """Return the grant once the person has accepted; refuses with 428, and 400 for all else."""
    waiting = call.state.device_sign_ins.get(form.get("device_code", ""))
    if waiting is None:
        raise _refusal(call, "invalid_grant", "The device_code is unknown.")
    if call.now_s >= waiting.ends_s:
        raise _refusal(call, "expired_token", "The device_code is too old.")
    asked_s, waiting.asked_s = waiting.asked_s, call.now_s
    # Half an interval is forgiven: what two clocks and a network make of it.
    if asked_s is not None and call.now_s - asked_s < waiting.interval_s / 2:
        waiting.interval_s += _SLOW_DOWN_S
        raise _refusal(call, "slow_down", "Asked too often.")
    if waiting.decision is None:
        raise _refusal(call, "authorization_pending", "The person has not decided.", status=428)
    del call.state.device_sign_ins[form["device_code"]]
    if not waiting.decision:
        raise _refusal(call, "access_denied", "The person did not allow access.")
    return call.state.new_grant(call.state.accounts[waiting.user], call.now_s, waiting.scopes)


def _refusal(call: Call, name: str, text: str, *, status: int = 400) -> RefusalError:
    """Return an error in either shape; Webex says that a person has not decided by 428 alone."""
    if call.state.settings.error_shape == "webex":
        return call.refusal(status, text if status == 428 else f"{name}: {text}")  # noqa: PLR2004
    body = {"error": name, "error_description": text, "trackingID": call.tracking_id}
    return RefusalError(json_reply(status, body))
