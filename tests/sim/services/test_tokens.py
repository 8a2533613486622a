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


def test_access_token_lives_until_its_end(tokens):
    access = tokens.new_access(grant_of(tokens), 10.0)
    assert tokens.live_access(access.value, 69.9) is access
    assert tokens.live_access(access.value, 70.0) is None


def test_earlier_access_token_survives_a_newer_one(tokens):
    grant = grant_of(tokens)
    first, _second = tokens.new_access(grant, 0.0), tokens.new_access(grant, 1.0)
    assert tokens.live_access(first.value, 2.0) is first


def test_rotation_kills_the_old_refresh_token(tokens):
    grant = grant_of(tokens)
    old = grant.refresh_token
    tokens.rotate(grant)
    assert tokens.live_refresh(old, 0.0) is None
    assert tokens.live_refresh(grant.refresh_token, 0.0) is grant


def test_refresh_token_has_an_end(tokens):
    grant = grant_of(tokens)
    assert tokens.live_refresh(grant.refresh_token, 1000.0) is None


def test_grant_that_cannot_be_refreshed_is_not(tokens):
    grant = grant_of(tokens, refreshable=False)
    assert tokens.live_refresh(grant.refresh_token, 0.0) is None


def test_revoking_the_refresh_token_ends_the_access_tokens(tokens):
    grant = grant_of(tokens)
    access = tokens.new_access(grant, 0.0)
    tokens.revoke(grant.refresh_token)
    assert tokens.live_access(access.value, 1.0) is None


def test_revoking_an_access_token_leaves_the_grant(tokens):
    grant = grant_of(tokens)
    access = tokens.new_access(grant, 0.0)
    tokens.revoke(access.value)
    assert tokens.live_access(access.value, 1.0) is None
    assert tokens.live_refresh(grant.refresh_token, 1.0) is grant


def test_revoking_the_unknown_does_nothing(tokens):
    tokens.revoke("nobody's")


def test_expired_access_can_be_refreshed(tokens):
    grant = grant_of(tokens)
    access = tokens.new_access(grant, 0.0)
    tokens.expire_access(ADA, 5.0)
    assert tokens.live_access(access.value, 5.0) is None
    assert tokens.live_refresh(grant.refresh_token, 5.0) is grant


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
