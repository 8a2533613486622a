from softphone.sim import fault_reader
from softphone.sim.services import routes


def test_hosts_do_not_answer_each_others_paths():
    assert routes.find("/api/v1/ping", "GET", mobius_host=False) is None
    assert routes.find("/v1/people/me", "GET", mobius_host=True) is None


def test_plural_and_singular_are_different_paths():
    found = routes.find("/api/v1/calling/web/devices", "POST", mobius_host=True)
    assert found is not None
    assert found.rule is None


def test_every_place_is_known_to_the_faults():
    every = (*routes.BASE_ROUTES, *routes.MOBIUS_ROUTES)
    assert {place for route in every for place, _ in route.methods.values()} < fault_reader.PLACES
