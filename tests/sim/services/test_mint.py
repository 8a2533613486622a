import random
import re

from softphone.sim.services.mint import ORG_ID, Mint, id_of, public_id

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}")


def test_token_has_three_parts_and_names_the_organisation():
    token = Mint(random.Random(1).randbytes).token()
    parts = token.split("_")
    assert (len(token), len(parts), parts[2]) == (106, 3, ORG_ID)
    assert parts[0].isalnum()


def test_code_names_the_organisation_in_its_third_part():
    assert Mint(random.Random(1).randbytes).code().split("_")[2] == ORG_ID


def test_ids_have_the_form_of_a_uuid():
    assert UUID.fullmatch(Mint(random.Random(1).randbytes).uuid())
    assert UUID.fullmatch(id_of("ada@example.com"))


def test_a_name_always_has_the_same_id():
    assert id_of("ada@example.com") == id_of("ada@example.com") != id_of("grace@example.com")


def test_public_id_looks_like_the_vendors():
    assert public_id("PEOPLE", "x").startswith("Y2lz")
