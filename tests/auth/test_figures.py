"""The figures of the guides are the program's: each text is made of the program's and found in a guide."""

import re
from collections.abc import Callable, Mapping

import pytest

from softphone.auth import (
    device_code,
    fixed_token,
    keystore,
    loopback,
    oauth,
    renewal,
    saved_sign_in,
    session,
    token_answer,
    token_service,
    untrusted,
)
from softphone.webex import client
from tests.guides.blocks import TEXTS

KIB, MINUTE_S, HOUR_S, YEAR_S = 1024, 60, 3600, 365 * 86_400
IN_WORDS: Mapping[float, str] = {
    1: "one",
    5: "five",
    10: "ten",
    20: "the twentieth",
    60: "Sixty",
    3600: "an hour",
}


def sign_in() -> list[str]:
    return [
        f"a new state ({oauth._STATE_BYTES} random bytes) and a new verifier "
        f"({oauth._VERIFIER_BYTES} random bytes",
        f"An attempt lives {IN_WORDS[oauth.ATTEMPT_LIFE_S / MINUTE_S]} minutes",
        f"only a refused connection is. The total limit is {client.FORM_DEADLINE_S:g} s",
        f"1 to {token_answer._TOKEN_LIMIT_CHARS:,} printable characters",
        f"1 to {fixed_token.TOKEN_LIMIT_CHARS:,} printable characters",
        f"1 s to {token_answer._LIFE_LIMIT_S / YEAR_S:g} years",
        f"{IN_WORDS[token_answer.LIFE_ASSUMED_S / HOUR_S]} hour is assumed",
        f"At most {token_answer.TOKEN_BODY_LIMIT_BYTES / KIB:g} KiB of strict JSON",
        f"over {IN_WORDS[token_answer._CLOCK_LIMIT_S / MINUTE_S]} minutes is a warning",
        f"at least {token_answer._LIMITED_FLOOR_S:g} s, {token_answer._LIMITED_DEFAULT_S:g} s without a "
        f"usable value, at most {IN_WORDS[untrusted.RETRY_AFTER_CAP_S]}",
        f"then the access token, within {token_service.REVOKE_DEADLINE_S:g} s",
        f"at most {loopback.LINE_LIMIT_BYTES / KIB:g} KiB, {loopback.CONNECTION_DEADLINE_S:g} s for a "
        f"connection, {loopback.CONNECTIONS_LIMIT} connections",
        f"the attempt goes on; {IN_WORDS[loopback.WRONG_STATES_LIMIT]} ends it",
        f"left out over {keystore.ENTRY_LIMIT_CHARS:,} characters",
        f"After {keystore.HINT_S:g} s the window says",
        f"after {keystore.DEADLINE_S:g} s, or when the person wants that",
        f"At {renewal.LEAD_PART:.0%} of the token's life".replace("%", " %"),
        f"at least {renewal.LEAD_MIN_S / MINUTE_S:g} minutes, less a random part of up to "
        + f"{renewal.LEAD_JITTER_PART:.0%} of the life".replace("%", " %"),
        f"every {renewal.USE_LIMIT_S / 86_400:g} days",
        f"A token within {renewal.LEEWAY_S:g} s of its end",
        f"excludes others for up to {renewal.LOCK_WAIT_S:g} s",
        "saving is tried after {:g}, {:g} and {:g} s".format(*saved_sign_in.SAVE_RETRY_S),
        f"within {renewal.RETRY_BASE_S:g}, 4, 8 ... {renewal.RETRY_CAP_S:g} s at random",
        f"(configuration, too many tokens) after {IN_WORDS[renewal.HOPELESS_RETRY_S]}",
        f"{IN_WORDS[session.RENEWAL_GAP_S]} seconds lie between two successful renewals",
        f"before the moment of issue by more than {IN_WORDS[renewal.CLOCK_BACK_LIMIT_S / MINUTE_S]} minutes",
        f"each part within {saved_sign_in.DELETE_DEADLINE_S:g} s",
    ]


def terminal() -> list[str]:
    return [
        f"after the interval; {device_code.INTERVAL_S:g} s where none was named",
        f"the interval is {device_code.SLOW_DOWN_S:g} s longer",
        f"the pause doubles, up to {device_code.INTERVAL_LIMIT_S:g} s",
    ]


@pytest.mark.parametrize(("figures", "guide"), [(sign_in, "sign-in"), (terminal, "terminal")])
def test_what_a_guide_says_in_figures_is_what_the_program_does(figures: Callable[[], list[str]], guide: str):
    text = re.sub(r"\s+", " ", TEXTS[f"{guide}.md"])
    assert [said for said in figures() if said not in text] == []


def test_limits_that_no_guide_names_fit_those_that_they_stand_beside():
    """A code is no longer than any other text of the service; a wait of ours ends before a person's does."""
    assert oauth._CODE_LIMIT_CHARS == device_code._CODE_LIMIT_CHARS == 4096
    assert saved_sign_in._LIMIT_BYTES == token_answer.TOKEN_BODY_LIMIT_BYTES
    assert saved_sign_in.SAVE_PATIENCE_S == saved_sign_in.DELETE_DEADLINE_S
    assert renewal.RETRY_FLOOR_S == token_answer._LIMITED_FLOOR_S
    assert renewal.LOOK_EVERY_S == token_service.CONFIRMED_FOR_S == session.RENEWAL_GAP_S
    assert session.RENEWAL_PATIENCE_S == 2.0
    assert loopback.HEADERS_LIMIT == 100
