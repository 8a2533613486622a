"""The text that a person sends to an administrator: who, which line, what, code, when. Pure and Qt-free."""

from softphone.i18n import tr
from softphone.line.model import Account, LineSnapshot
from softphone.wording.moment import Moment
from softphone.wording.presentation import card_title, codes, reason, why


def about_line(line: LineSnapshot, moment: Moment) -> str:
    """Return the text about what a line's card says. Never a secret."""
    failure = line.failure
    return about_account(
        line.identity.account,
        why(failure) or reason(line, moment),
        moment,
        line=" ".join(part for part in card_title(line.identity) if part),
        code=codes(failure),
        tracking_id="" if failure is None else failure.tracking_id,
    )


def about_account(
    account: Account, problem: str, moment: Moment, *, line: str = "", code: str = "", tracking_id: str = ""
) -> str:
    """Return the text about an account."""
    address = f"<{account.address}>" if account.address else ""
    rows = (
        (tr("User"), f"{account.name} {address}".strip()),
        (tr("Organisation"), account.organisation),
        (tr("Line"), line),
        (tr("Problem"), problem),
        (tr("Code"), code),
        (tr("Tracking ID"), tracking_id),
        (tr("Time"), moment.wall.isoformat(" ", "seconds")),
    )
    return "\n".join(f"{label}: {value}" for label, value in rows if value)
