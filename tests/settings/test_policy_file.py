import os
from pathlib import Path

import pytest

from softphone.line.policy import Policy
from softphone.settings.cloud_file import Cloud, Network
from softphone.settings.keys import settings_of
from softphone.settings.policy_file import NOTICES_AT_MOST, Managed, apply, load_managed, read_managed
from softphone.values import replace

PROXY = "http://proxy.example.com:3128"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The system's policy file; the one who runs the tests counts as its owner only if it is root."""
    return tmp_path / "etc" / "policy.toml"


def write(path: Path, text: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    path.chmod(0o644)


def loaded(path: Path, tmp_path: Path) -> Managed:
    """What is read from a file under SOFTPHONE_HOME: the tests need not be root for it."""
    environment = {"SOFTPHONE_HOME": str(tmp_path), "SOFTPHONE_POLICY": str(path)}
    return load_managed(environment, tmp_path / "no such file")


def test_without_a_policy_file_nothing_is_set(tmp_path: Path):
    assert load_managed({}, tmp_path / "none.toml") == Managed()


def test_settings_and_values_of_the_cloud_are_read(file: Path, tmp_path: Path):
    write(
        file,
        f'[settings]\ntheme = "dark"\nretry_cap_s = 30\nproxy = "{PROXY}"\n'
        '[cloud]\nclient_id = "C1"\nscopes = ["a", "b"]\n',
    )
    managed = loaded(file, tmp_path)
    assert managed.notices == ()
    assert managed.values == {"theme": "dark", "retry_cap_s": 30.0, "proxy": PROXY}
    assert managed.cloud == {"client_id": "C1", "scopes": ("a", "b")}
    assert managed.without_cloud() == replace(managed, cloud={})


def test_what_is_wrong_is_named_with_what_is_allowed_and_the_rest_holds():
    managed = read_managed(
        {
            "settings": {"theme": "blue", "compact": True, "no_such": 1, "proxy": "http://u:hunter2@p:1"},
            "cloud": {"client_id": 5, "name": "Ours", "api_url": "http://example.com", "nonsense": 1},
            "policy": {},
        },
        "/etc/softphone/policy.toml",
    )
    assert managed.values == {"compact": True}
    assert managed.cloud == {"name": "Ours"}
    told = "\n".join(managed.notices)
    assert all(notice.startswith("/etc/softphone/policy.toml: ") for notice in managed.notices)
    for expected in (
        "policy is no table of it. Allowed: settings, cloud.",
        "theme must be one of: system, light, dark.",
        "no_such is no setting. Allowed: language,",
        "proxy must be",
        "[cloud] client_id must be a text in quotes",
        "[cloud] api_url must be an https address",
        "unknown key 'nonsense'. Allowed: name,",
    ):
        assert expected in told
    assert len(managed.notices) == 7
    assert "hunter2" not in told


@pytest.mark.parametrize("name", ["\u202eevil", "\x1b[31m", "k" * 100_000, "a\nb"])
def test_a_name_that_may_be_anybodys_is_told_in_one_line_that_can_be_read(name: str):
    managed = read_managed({"settings": {name: 1}, "cloud": {name: 1}, name: 1}, "p")
    assert len(managed.notices) == 3
    assert all(notice.isprintable() and len(notice) < 2000 for notice in managed.notices)


@pytest.mark.parametrize("document", [{"settings": 5}, {"cloud": "x"}, {"settings": []}])
def test_a_table_that_is_none_is_named(document: dict[str, object]):
    managed = read_managed(document, "p")
    assert managed == Managed(notices=managed.notices)
    assert "is no table of it" in managed.notices[0]


def test_values_in_the_wrong_order_are_left_out_and_named():
    managed = read_managed({"settings": {"nudge_min_s": 50, "dead_host_misses": 4}}, "p")
    assert managed.values == {"dead_host_misses": 4}
    assert managed.notices == ("p: nudge_min_s must not be greater than nudge_max_s.",)


def test_a_redirect_address_of_its_own_has_no_spare_ports_of_another():
    cloud = apply(
        Cloud(), settings_of({}), read_managed({"cloud": {"redirect_uri": "http://localhost:5/"}}, "p")
    )
    assert cloud.redirect_uri == "http://localhost:5/"
    assert cloud.spare_redirect_ports == ()


def test_the_cloud_file_gives_way_to_the_user_and_both_to_the_organisation():
    cloud = Cloud(
        client_id="file",
        policy=Policy(retry_cap_s=50, dead_host_misses=4, pings_at_most=2),
        network=Network(proxy="none"),
    )
    user = settings_of({"retry_cap_s": 40.0, "dead_host_misses": 6, "proxy": "system"})
    managed = Managed(values={"retry_cap_s": 30.0, "proxy": PROXY}, cloud={"client_id": "organisation"})
    applied = apply(cloud, user, managed)
    assert applied.client_id == "organisation"
    assert applied.policy == Policy(retry_cap_s=30.0, dead_host_misses=6, pings_at_most=2)
    assert applied.network == Network(proxy=PROXY)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"not = [toml", "it is not a TOML file"),
        (b"\xff\xfe", "it is not a TOML file"),
        (b"x = " + b"[" * 5000, "it is not a TOML file"),
        (b"#" * 300_000, "too long"),
        (b"x = 0x" + b"f" * 5000, "a number is too long"),
        (b"a." * 50_000 + b"a = 1", "too many dots"),
    ],
    ids=["syntax", "not text", "deep", "huge", "hexadecimal", "dots"],
)
def test_a_file_that_says_nothing_is_named_and_locks_nothing(
    file: Path, tmp_path: Path, content: bytes, said: str
):
    write(file, content)
    managed = loaded(file, tmp_path)
    assert managed.values == {}
    assert said in managed.notices[0]
    assert str(file) in managed.notices[0]


def test_of_a_file_of_nothing_but_mistakes_some_are_named_and_the_rest_is_counted():
    managed = read_managed({"settings": {f"unknown{number}": 1 for number in range(5_000)}}, "p")
    assert len(managed.notices) == NOTICES_AT_MOST + 1
    assert managed.notices[-1] == f"p: {5_000 - NOTICES_AT_MOST} more mistakes."


def test_a_folder_or_a_pipe_in_its_place_is_named_and_not_waited_for(file: Path, tmp_path: Path):
    file.parent.mkdir()
    os.mkfifo(file)
    assert "not a regular file" in loaded(file, tmp_path).notices[0]
    folder = tmp_path / "folder"
    folder.mkdir()
    assert loaded(folder, tmp_path).notices


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has files of root, and gives them away")
def test_a_file_of_root_is_believed_and_one_of_another_user_is_ignored(file: Path, tmp_path: Path):
    write(file, '[settings]\ntheme = "dark"\n')
    assert load_managed({}, file).values == {"theme": "dark"}
    os.chown(file, 12345, 0)
    for managed in (load_managed({}, file), loaded(file, tmp_path)):
        assert managed.values == {}
        assert managed.notices == (f"{file} was ignored: it must belong to the administrator alone.",)


@pytest.mark.skipif(os.geteuid() == 0, reason="root is the administrator")
def test_a_users_own_file_is_ignored_in_the_systems_place_and_read_where_it_was_named(
    file: Path, tmp_path: Path
):
    write(file, '[settings]\ntheme = "dark"\n')
    assert load_managed({}, file).values == {}
    assert loaded(file, tmp_path).values == {"theme": "dark"}


@pytest.mark.parametrize("mode", [0o664, 0o646, 0o666])
def test_a_file_that_others_may_write_is_ignored(file: Path, tmp_path: Path, mode: int):
    write(file, '[settings]\ntheme = "dark"\n')
    file.chmod(mode)
    assert load_managed({}, file).values == {}
    assert loaded(file, tmp_path).values == {}


def test_a_variable_takes_no_lock_away(file: Path, tmp_path: Path):
    """Whatever stands in the system's place is what counts, even if it cannot be used."""
    own = tmp_path / "own.toml"
    write(own, '[settings]\ntheme = "light"\n')
    write(file, '[settings]\ntheme = "dark"\n')
    if os.geteuid() != 0:
        file.chmod(0)
    environment = {"SOFTPHONE_HOME": str(tmp_path), "SOFTPHONE_POLICY": str(own)}
    managed = load_managed(environment, file)
    if os.geteuid() == 0:
        assert managed.values == {"theme": "dark"}
    else:
        assert managed.values == {}
        assert managed.notices == (f"{file} cannot be read. Ask your administrator.",)


def test_a_variable_counts_only_for_a_file_under_the_home_that_is_named(tmp_path: Path):
    home, other = tmp_path / "home", tmp_path / "policy.toml"
    home.mkdir()
    write(other, '[settings]\ntheme = "dark"\n')
    (home / "link.toml").symlink_to(other)
    nowhere = tmp_path / "none.toml"
    for variables in (
        {"SOFTPHONE_POLICY": str(other)},
        {"SOFTPHONE_POLICY": str(other), "SOFTPHONE_HOME": str(home)},
        {"SOFTPHONE_POLICY": str(home / ".." / "policy.toml"), "SOFTPHONE_HOME": str(home)},
        {"SOFTPHONE_POLICY": str(home / "link.toml"), "SOFTPHONE_HOME": str(home)},
    ):
        assert load_managed(variables, nowhere) == Managed()
