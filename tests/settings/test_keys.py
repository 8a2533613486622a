import tomllib
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softphone.errors import ConfigError
from softphone.line.policy import Policy
from softphone.settings.cloud_file import Cloud, Network
from softphone.settings.keys import (
    AUTOMATIC,
    KEYS,
    Choice,
    Number,
    Settings,
    check,
    default_of,
    disordered,
    settings_of,
    to_toml,
)
from softphone.values import replace
from tests.kit.certificates import certificate
from tests.settings import sample_policy

CLOUD = Cloud()


def test_every_choice_and_every_interval_is_in_the_table_and_nothing_else():
    own = {item.name for item in fields(Settings)} - {"policy"}
    intervals = {item.name for item in fields(Policy)} - {"time_scale"}
    assert own <= set(KEYS) <= own | intervals
    assert own.isdisjoint(intervals)


@pytest.mark.parametrize("name", KEYS)
def test_every_default_is_allowed_and_comes_back_from_a_file(name: str):
    default = default_of(name, CLOUD)
    if default is None:
        assert name == "extra_ca_file"
    else:
        assert check(name, to_toml(default)) == default
        assert type(check(name, to_toml(default))) is type(default)


def test_the_defaults_of_the_intervals_are_in_order():
    assert disordered(Policy()) == ()
    assert disordered(replace(Policy(), nudge_min_s=4.0)) == (("nudge_min_s", "nudge_max_s"),)


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("no_such_key", 1, "no_such_key is no setting. Allowed: language, theme,"),
        ("compact", "yes", "compact must be true or false."),
        ("compact", 1, "compact must be true or false."),
        ("theme", "blue", "theme must be one of: system, light, dark."),
        ("theme", ["dark"], "theme must be one of: system, light, dark."),
        ("text_size_percent", 250, "text_size_percent must be a whole number from 100 to 200."),
        ("text_size_percent", 110.5, "text_size_percent must be a whole number from 100 to 200."),
        ("text_size_percent", True, "text_size_percent must be a whole number from 100 to 200."),
        ("retry_cap_s", 4.9, "retry_cap_s must be a number from 5 to 3600."),
        ("retry_cap_s", float("nan"), "retry_cap_s must be a number from 5 to 3600."),
        ("retry_cap_s", float("inf"), "retry_cap_s must be a number from 5 to 3600."),
        ("retry_cap_s", "60", "retry_cap_s must be a number from 5 to 3600."),
        ("requests_per_minute", 13, "requests_per_minute must be a whole number from 1 to 12."),
        ("recheck_s", [], "recheck_s must be 1 to 10 numbers from 0.5 to 60."),
        ("recheck_s", [2, "4"], "recheck_s must be 1 to 10 numbers from 0.5 to 60."),
        ("recheck_s", [1] * 11, "recheck_s must be 1 to 10 numbers from 0.5 to 60."),
        ("rehoming_span_minutes", [60, 1], "must be two numbers from 1 to 10080, the second one greater."),
        (
            "proxy",
            "socks5://p:1",
            'proxy must be "system", "none" or an address like http://proxy.example.com',
        ),
        ("proxy", 3128, "without a user or a password."),
        ("region", "us-east", 'region must be "automatic" or a code in capitals like US-EAST.'),
        ("country", "USA", 'country must be "automatic" or a code in capitals like US.'),
        ("country", None, 'country must be "automatic" or a code in capitals like US.'),
    ],
)
def test_what_is_not_allowed_is_refused_by_name_with_what_is(name: str, value: object, allowed: str):
    with pytest.raises(ConfigError) as caught:
        check(name, value)
    assert allowed in str(caught.value)


def test_a_password_in_a_proxy_address_is_refused_and_not_repeated():
    with pytest.raises(ConfigError) as caught:
        check("proxy", "http://ada:pa55word@proxy.example.com:3128")
    assert "pa55word" not in str(caught.value)


def test_a_file_of_certificates_is_looked_into(tmp_path: Path):
    _, good = certificate(tmp_path)
    assert check("extra_ca_file", str(good)) == good
    empty = tmp_path / "empty.pem"
    empty.write_text("")
    for bad in (empty, tmp_path / "missing.pem", tmp_path, "ca.pem", "", 5):
        with pytest.raises(ConfigError, match=r"extra_ca_file must be the whole path of a file of cert"):
            check("extra_ca_file", bad if isinstance(bad, str | int) else str(bad))


def test_a_person_hears_the_name_that_the_window_shows():
    with pytest.raises(ConfigError, match=r"^Theme must be one of"):
        check("theme", "blue", "Theme")


@given(
    st.sampled_from(sorted(KEYS)),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
        st.lists,
        max_leaves=12,
    ),
)
def test_whatever_stands_in_a_file_is_taken_or_refused(name: str, value: object):
    try:
        taken = check(name, value)
    except ConfigError:
        return
    assert check(name, to_toml(taken)) == taken


def test_chosen_values_go_over_the_cloud_file():
    cloud = Cloud(
        policy=Policy(retry_cap_s=45.0, dead_host_misses=4), network=Network(proxy="http://cloud:1")
    )
    chosen = settings_of({"retry_cap_s": 30.0, "theme": "dark"})
    assert chosen.theme == "dark"
    applied = chosen.applied_to(cloud)
    assert applied.policy == Policy(retry_cap_s=30.0, dead_host_misses=4)
    assert applied.network.proxy == "http://cloud:1"
    both = settings_of({"proxy": "none", "extra_ca_file": Path("/ca.pem")}).applied_to(cloud)
    assert both.network == Network(proxy="none", extra_ca_file=Path("/ca.pem"))
    place = settings_of({"region": "US-EAST", "country": "US"}).applied_to(cloud)
    assert (place.region, place.country) == ("US-EAST", "US")
    assert Settings().applied_to(cloud) == cloud


def test_the_default_of_what_the_cloud_file_sets_is_the_cloud_files():
    cloud = Cloud(policy=Policy(retry_cap_s=45.0), network=Network(proxy="none"))
    assert default_of("retry_cap_s", cloud) == 45.0
    assert default_of("proxy", cloud) == "none"
    assert default_of("theme", cloud) == "system"


def test_a_region_counts_only_together_with_its_country():
    assert Settings().place is None
    assert Settings(region="US-EAST").place is None
    assert Settings(country="US").place is None
    assert Settings(region="US-EAST", country="US").place == ("US-EAST", "US")
    assert check("region", AUTOMATIC) == AUTOMATIC


def test_the_example_of_a_policy_file_names_every_key_with_its_default():
    text = sample_policy.SAMPLE.read_text(encoding="utf-8")
    assert text.endswith(sample_policy.HEADING + sample_policy.settings()), (
        "python -m tests.settings.sample_policy"
    )
    uncommented = "\n".join(
        line.removeprefix("# ") for line in text.splitlines() if " = " in line or line.startswith("[")
    )
    settings = tomllib.loads(uncommented)["settings"]
    assert set(settings) == set(KEYS) - sample_policy.WITHOUT_EFFECT
    for name, value in settings.items():
        if name != "extra_ca_file":
            assert check(name, value) == default_of(name, CLOUD), name


def test_test_languages_are_allowed_and_not_offered():
    kind = KEYS["language"].kind
    assert isinstance(kind, Choice)
    assert "pseudo" not in kind.words
    assert check("language", "pseudo") == "pseudo"


def test_no_range_allows_more_requests_than_the_service_is_promised():
    kind = KEYS["requests_per_minute"].kind
    assert isinstance(kind, Number)
    assert kind.most == Policy().requests_per_minute == 12
