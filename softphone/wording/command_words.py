"""What the command line says of a line: the window's words, with a command where the window has a button.

In English only, as all of the command line; pure and Qt-free. Nothing in it grows old while it is looked at:
ages and countdowns are made of the times beside it.
"""

import shlex

from msgspec import Struct

from softphone.history.intervals import UNCERTAIN
from softphone.i18n import tr
from softphone.line.failure import Remedy
from softphone.line.model import REGISTERED_STATES, LineIdentity, LineSnapshot, LineState
from softphone.wording.moment import Moment
from softphone.wording.presentation import Action, beside, label_of, why, words_of

_IN_THE_WINDOW = "{label}: in the window, or see 'softphone doctor'."
_COMMANDS = {
    Action.REGISTER: "Register: softphone register {line}{option}",
    Action.RETRY: "Try now: softphone register {line}{option}",
    Remedy.RETRY: "Try again: softphone register {line}{option}",
    Remedy.CHECK_AGAIN: "Mend the network, or try now: softphone register {line}{option}",
    Remedy.TAKE_BACK: "Take it back: softphone register {line}{option}",
    Remedy.CHOOSE_DEVICE: "Remove a device: softphone devices remove DEVICE --line {line}{option}",
    Remedy.COPY_FOR_ADMIN: "Send your administrator what this prints: softphone status --json{option}",
    Remedy.SIGN_IN: "Sign in again: in the window, or softphone sign-in{option}",
}


def line_name(identity: LineIdentity) -> str:
    """Return whose line it is, as a terminal shows it."""
    return f"{identity.label} ext. {identity.extension}" if identity.extension else identity.label


class CommandWords(Struct, frozen=True, kw_only=True):
    """`state` as a badge has it, whether Webex can `reach` the line, `why` not, and what mends it.

    Empty: there is nothing to say.
    """

    state: str
    reach: str
    why: str
    remedy: str


def words_for_a_terminal(line: LineSnapshot, moment: Moment, option: str = "") -> CommandWords:
    """Return what to say of a line; `option` is what a command has to add to reach its program."""
    words = words_of(line, moment)
    state, helps = words.state, words.remedy
    if state is LineState.IDLE and not line.wanted:
        helps = Action.REGISTER
    return CommandWords(
        state=tr("Retrying…") if state is LineState.RETRY_WAIT else beside(words.badge, words.tag),
        reach=words.title,
        why=_why(line, state, words.sentence),
        remedy="" if helps is None else _remedy(helps, line, option),
    )


def _why(line: LineSnapshot, state: LineState, sentence: str) -> str:
    """Return the cause with its advice; the window's own sentence where a state has no failure."""
    if state in REGISTERED_STATES:
        return ""
    if state is LineState.ELSEWHERE:
        return sentence  # with the time
    if line.failure is not None:
        return why(line.failure)
    return "" if state in UNCERTAIN else sentence


def _word(name: str) -> str:
    """Return a name from the service as one word of a shell."""
    return shlex.quote(name)


def _remedy(helps: Action | Remedy, line: LineSnapshot, option: str) -> str:
    identity = line.identity
    name = identity.extension or identity.account.address or identity.line_id
    if helps in _COMMANDS:
        return _COMMANDS[helps].format(line=_word(name), option=option)
    return _IN_THE_WINDOW.format(label=label_of(helps))
