import random
from typing import Any

import pytest

from softphone.sim.services.mint import Mint
from softphone.sim.services.tokens import IssuedTokens

ADA = "ada@example.com"


@pytest.fixture
def tokens():
    return IssuedTokens(Mint(random.Random(1).randbytes))


def grant_of(tokens, **changes) -> Any:
    options = {"refresh_ends_s": 1000.0, "access_ttl_s": 60.0, **changes}
    return tokens.new_grant(ADA, ("spark:kms",), **options)


def test_revoking_an_access_token_leaves_the_grant(tokens):
    grant = grant_of(tokens)
    access = tokens.new_access(grant, 0.0)
    tokens.revoke(access.value)
    assert tokens.live_access(access.value, 1.0) is None
    assert tokens.live_refresh(grant.refresh_token, 1.0) is grant


def test_counts_are_of_live_tokens(tokens):
    grant = grant_of(tokens)
    tokens.new_access(grant, 0.0)
    tokens.new_access(grant, 30.0)
    assert tokens.count(ADA, 40.0) == (2, 1)
    assert tokens.count(ADA, 70.0) == (1, 1)
    tokens.revoke_all(ADA)
    assert tokens.count(ADA, 70.0) == (0, 0)


def test_owner_of_any_token_is_known(tokens):
    grant = grant_of(tokens)
    access = tokens.new_access(grant, 0.0)
    code = tokens.new_code(ADA, "http://localhost/c", (), "", 10.0)
    found = [tokens.user_of(one) for one in (access.value, grant.refresh_token, code.value, "x")]
    assert found == [ADA, ADA, ADA, None]
