from softphone.sim.messages import Reply, Request, first_values, json_object, json_reply


def test_first_of_a_repeated_name_counts():
    assert first_values("a=1&a=2&b=") == {"a": "1", "b": ""}


def test_query_is_read_by_name():
    assert Request("base", "GET", "/", "x=%20y").params() == {"x": " y"}


def test_only_a_json_object_is_an_object():
    assert json_object(b'{"a":1}') == {"a": 1}
    for body in (b"", b"[1]", b"{", b"\xff", b"[" * 100_000):
        assert json_object(body) is None


def test_header_is_found_in_any_case():
    assert json_reply(200, {}).header("Content-Type") == "application/json"
    assert Reply(200).header("x") is None
