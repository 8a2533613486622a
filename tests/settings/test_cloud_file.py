import os
from dataclasses import Field, fields
from pathlib import Path

import pytest

from softphone.errors import ConfigError
from softphone.line.policy import Policy
from softphone.settings import cloud_file as config
from softphone.settings.cloud_file import Cloud, Network
from softphone.system.folders import CLOUD_FILE_NAME, Folders
from tests.kit.certificates import certificate

SOURCE = "/etc/cloud.toml"


def refusal(text: str) -> str:
    """Return the sentence with which the cloud file is refused."""
    with pytest.raises(ConfigError) as caught:
        config.read_cloud(text, SOURCE)
    sentence = caught.value.sentence
    assert str(caught.value) == sentence
    assert sentence.startswith(SOURCE)
    assert "\n" not in sentence
    assert caught.value.title
    return sentence


# ---- what a cloud file may say


def test_an_empty_file_is_the_webex_cloud() -> None:
    cloud = config.read_cloud("", SOURCE)
    assert cloud == Cloud(source=SOURCE)
    assert cloud.name == "Webex"
    assert cloud.policy == Policy()
    assert cloud.client_id == ""


ADDRESS_KEYS = ("authorize_url", "token_url", "revoke_url", "api_url", "u2c_url", "region_url")


def test_each_key_of_the_cloud_table_is_taken_over_and_what_is_left_out_keeps_its_default() -> None:
    addresses = {key: f"https://{key.replace('_', '-')}.example.com/x" for key in ADDRESS_KEYS}
    texts = addresses | {
        "name": "Ours",
        "client_id": "C1",
        "redirect_uri": "http://localhost:5000/callback",
        "client_auth": "basic",
        "client_secret_file": "/etc/softphone/secret",
    }
    rows = [f'{key} = "{value}"' for key, value in texts.items()]
    rows += [
        "spare_redirect_ports = [5001, 5002]",
        'scopes = ["a", "b"]',
        'trusted_hosts = ["*.example.com"]',
    ]
    cloud = config.read_cloud("\n".join(["[cloud]", *rows]), SOURCE)
    assert cloud == Cloud(
        **{key: value for key, value in texts.items() if key != "client_secret_file"},  # type: ignore[arg-type]
        client_secret_file=Path("/etc/softphone/secret"),
        spare_redirect_ports=(5001, 5002),
        scopes=("a", "b"),
        trusted_hosts=("*.example.com",),
        source=SOURCE,
    )
    assert cloud.spare_redirect_uris == ("http://localhost:5001/callback", "http://localhost:5002/callback")


def test_another_redirect_address_has_no_spare_ports_but_those_named() -> None:
    text = '[cloud]\nredirect_uri = "http://[::1]:5000/back"\n'
    assert config.read_cloud(text, SOURCE).spare_redirect_uris == ()
    named = config.read_cloud(f"{text}spare_redirect_ports = [5001]", SOURCE)
    assert named.spare_redirect_uris == ("http://[::1]:5001/back",)


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost", "[::1]:8080"])
def test_http_is_allowed_on_this_computer(host: str) -> None:
    assert config.read_cloud(f'[cloud]\napi_url = "http://{host}/v1"', SOURCE).api_url == f"http://{host}/v1"


def test_revoking_may_have_no_address() -> None:
    assert config.read_cloud('[cloud]\nrevoke_url = ""', SOURCE).revoke_url == ""


def test_policy_values_are_overridden_by_name() -> None:
    policy = config.read_cloud(
        "[policy]\nkeepalive_default_s = 5\ndead_host_misses = 3\nrecheck_s = [1, 2.5]\n"
        "rehoming_span_minutes = [2, 10]",
        SOURCE,
    ).policy
    assert policy.keepalive_default_s == 5.0
    assert policy.dead_host_misses == 3
    assert policy.recheck_s == (1.0, 2.5)
    assert policy.rehoming_span_minutes == (2.0, 10.0)
    assert policy.retry_cap_s == Policy().retry_cap_s


@pytest.mark.parametrize("item", fields(Policy), ids=lambda item: item.name)
def test_every_policy_value_can_be_written_as_it_is(item: Field[object]) -> None:
    value = item.default
    written = list(value) if isinstance(value, tuple) else value
    policy = config.read_cloud(f"[policy]\n{item.name} = {written}", SOURCE).policy
    assert policy == Policy()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("system", "system"),
        ("none", "none"),
        ("http://proxy.example.com:3128", "http://proxy.example.com:3128"),
        ("http://10.0.0.1:8080/", "http://10.0.0.1:8080"),
        ("http://[fd00::1]:8080", "http://[fd00::1]:8080"),
    ],
)
def test_a_proxy_is_the_systems_none_or_an_address(written: str, meant: str) -> None:
    assert config.read_cloud(f'[network]\nproxy = "{written}"', SOURCE).network == Network(proxy=meant)


def test_an_extra_ca_file_is_found_from_the_cloud_files_folder(tmp_path: Path) -> None:
    _, ca_file = certificate(tmp_path)
    cloud_file = tmp_path / "cloud.toml"
    for written in (ca_file.name, str(ca_file)):
        cloud_file.write_text(f'[network]\nextra_ca_file = "{written}"')
        network = config.load_cloud(cloud_file, _folders(tmp_path)).network
        assert network == Network(proxy="system", extra_ca_file=ca_file)


def test_the_example_holds_every_key_with_its_default() -> None:
    text = (Path(__file__).parents[2] / "resources" / "cloud.example.toml").read_text()
    assert config.read_cloud(text, SOURCE) == Cloud(source=SOURCE)
    for item in (*fields(Cloud), *fields(Network)):
        if item.name not in ("policy", "network", "source"):
            assert f"{item.name} = " in text


# ---- what it may not say


def test_a_syntax_error_names_the_line() -> None:
    sentence = refusal('[cloud]\nname = "Webex"\nclient_id = oops\n')
    assert "not a TOML file" in sentence
    assert "line 3" in sentence


@pytest.mark.parametrize("text", [f"a = {'9' * 5000}", f"a = {'[' * 100_000}"])
def test_text_that_the_toml_reader_chokes_on_is_no_toml(text: str) -> None:
    assert "not a TOML file" in refusal(text)


@pytest.mark.parametrize(
    ("text", "named", "allowed"),
    [
        ('[cloud]\nclientid = "C1"', "[cloud]: unknown key 'clientid'", "client_id"),
        ('[cloud]\nclient_secret = "s"', "[cloud]: unknown key 'client_secret'", "client_id"),
        ("[cloud]\npolicy = {}", "[cloud]: unknown key 'policy'", "client_id"),
        ('[cloud]\nsource = "x"', "[cloud]: unknown key 'source'", "client_id"),
        ("[policy]\ntimescale = 1", "[policy]: unknown key 'timescale'", "time_scale"),
        ("[cloud]\nnetwork = {}", "[cloud]: unknown key 'network'", "client_id"),
        ("[network]\nproxies = 'none'", "[network]: unknown key 'proxies'", "proxy, extra_ca_file"),
        ("[clouds]", "unknown table 'clouds'", "cloud, network, policy"),
        ('client_id = "C1"', "unknown table 'client_id'", "cloud, network, policy"),
    ],
)
def test_an_unknown_key_is_named_with_the_allowed_ones(text: str, named: str, allowed: str) -> None:
    sentence = refusal(text)
    assert named in sentence
    assert allowed in sentence.partition("Allowed: ")[2]


@pytest.mark.parametrize(
    ("text", "named", "wanted"),
    [
        ("cloud = 1", "cloud", "[cloud]"),
        ("policy = []", "policy", "[policy]"),
        ("network = 'none'", "network", "[network]"),
        ("[network]\nproxy = false", "[network] proxy", "text in quotes"),
        ("[network]\nproxy = ''", "[network] proxy", "text in quotes"),
        ("[network]\nextra_ca_file = ['a']", "[network] extra_ca_file", "text in quotes"),
        ("[network]\nconnect_s = 0", "[network] connect_s", "greater than 0"),
        ("[network]\nconnect_s = '5'", "[network] connect_s", "must be a number"),
        ("[cloud]\nname = 7", "[cloud] name", "text in quotes, not 7"),
        ("[cloud]\nclient_id = true", "[cloud] client_id", "text in quotes"),
        ("[cloud]\napi_url = ['https://x.com']", "[cloud] api_url", "text in quotes"),
        ("[cloud]\nclient_id = 2026-11-22", "[cloud] client_id", "text in quotes"),
        ('[cloud]\nscopes = "spark:all"', "[cloud] scopes", "list of texts"),
        ("[cloud]\nscopes = [1]", "[cloud] scopes", "list of texts"),
        ('[cloud]\ntrusted_hosts = [""]', "[cloud] trusted_hosts", "list of texts"),
        ("[cloud]\nspare_redirect_ports = 1", "[cloud] spare_redirect_ports", "list of ports"),
        ("[cloud]\nspare_redirect_ports = [0]", "[cloud] spare_redirect_ports", "list of ports"),
        ("[cloud]\nspare_redirect_ports = [65536]", "[cloud] spare_redirect_ports", "list of ports"),
        ("[cloud]\nspare_redirect_ports = [true]", "[cloud] spare_redirect_ports", "list of ports"),
        ("[cloud]\nspare_redirect_ports = [9, 9]", "[cloud] spare_redirect_ports", "list of ports"),
        ('[cloud]\nclient_auth = "none"', "[cloud] client_auth", 'must be "body" or "basic"'),
        ("[cloud]\nclient_auth = 1", "[cloud] client_auth", 'must be "body" or "basic"'),
        ('[cloud]\nclient_secret_file = "a"', "[cloud] client_secret_file", "whole path"),
        ('[policy]\ntime_scale = "1"', "[policy] time_scale", "number greater than 0"),
        ("[policy]\ntime_scale = true", "[policy] time_scale", "number greater than 0"),
        ("[policy]\ntime_scale = 0", "[policy] time_scale", "number greater than 0"),
        ("[policy]\ntime_scale = -1", "[policy] time_scale", "number greater than 0"),
        ("[policy]\ntime_scale = nan", "[policy] time_scale", "number greater than 0"),
        ("[policy]\ntime_scale = inf", "[policy] time_scale", "number greater than 0"),
        ("[policy]\ndead_host_misses = 1.5", "[policy] dead_host_misses", "whole number of 1 or more"),
        ("[policy]\ndead_host_misses = 0", "[policy] dead_host_misses", "whole number of 1 or more"),
        ("[policy]\ndead_host_misses = true", "[policy] dead_host_misses", "whole number of 1 or more"),
        ("[policy]\nrecheck_s = 2", "[policy] recheck_s", "list of numbers"),
        ("[policy]\nrecheck_s = []", "[policy] recheck_s", "list of numbers"),
        ("[policy]\nrecheck_s = [2, 'x']", "[policy] recheck_s", "number greater than 0"),
        ("[policy]\nrehoming_span_minutes = [1]", "[policy] rehoming_span_minutes", "2 numbers"),
        ("[policy]\nrehoming_span_minutes = [1, 2, 3]", "[policy] rehoming_span_minutes", "2 numbers"),
    ],
)
def test_a_wrong_type_is_named_with_what_is_allowed(text: str, named: str, wanted: str) -> None:
    sentence = refusal(text)
    assert named in sentence
    assert wanted in sentence


@pytest.mark.parametrize(
    "proxy",
    [
        "auto",
        "proxy.example.com:3128",
        "proxy.example.com",
        "http://proxy.example.com",
        "http://:3128",
        "http://proxy.example.com:99999",
        "http://proxy.example.com:3128/path",
        "http://proxy.example.com:3128?x",
        "http://proxy.example.com:3128#x",
        "http://proxy .example.com:3128",
        "http://pröxy.example.com:3128",
        "https://proxy.example.com:3128",
        "socks5://proxy.example.com:1080",
        "System",
    ],
)
def test_a_proxy_that_is_none_is_named_with_what_is_allowed(proxy: str) -> None:
    sentence = refusal(f'[network]\nproxy = "{proxy}"')
    assert "[network] proxy must be" in sentence
    assert '"system", "none" or an address like "http://proxy.example.com:3128"' in sentence
    assert repr(proxy) in sentence


@pytest.mark.parametrize("user", ["ada@", "ada:secret@", ":secret@"])
@pytest.mark.parametrize("rest", ["proxy.example.com:3128", "proxy.example.com:3128/x", "proxy:port"])
def test_a_password_in_the_proxys_address_is_refused_and_not_repeated(user: str, rest: str) -> None:
    sentence = refusal(f'[network]\nproxy = "http://{user}{rest}"')
    assert "without a user or a password" in sentence
    assert "secret" not in sentence


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "No such file"),
        (b"", "in PEM"),
        (b"not a certificate", "in PEM"),
        (b"\x30\x82\x01", "in PEM"),
        (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "in PEM"),
    ],
)
def test_a_ca_file_that_cannot_be_used_is_named(tmp_path: Path, content: bytes | None, words: str) -> None:
    path = tmp_path / "root.pem"
    if content is not None:
        path.write_bytes(content)
    sentence = refusal(f'[network]\nextra_ca_file = "{path}"')
    assert "[network] extra_ca_file must be a file" in sentence
    assert str(path) in sentence
    assert words in sentence


@pytest.mark.parametrize("path", ["~nobody-here/root.pem", "root\\u0000.pem", "/"])
def test_a_ca_file_of_an_impossible_path_is_named(path: str) -> None:
    assert "[network] extra_ca_file must be a file" in refusal(f'[network]\nextra_ca_file = "{path}"')


@pytest.mark.parametrize("key", ADDRESS_KEYS)
@pytest.mark.parametrize(
    "url",
    [
        "http://webexapis.com/v1",
        "http://127.0.0.1.example.com/v1",
        "http://10.0.0.1/v1",
        "ftp://webexapis.com/v1",
        "file:///etc/passwd",
        "webexapis.com/v1",
        "https:///v1",
        "https://[::1/v1",
        "https://webexapis.com:99999/v1",
        "https://webexapis.com:port/v1",
        "https://a..b/v1",
        f"https://{'a' * 64}.com/v1",
        "https://m\u00fcller.example/v1",
        "https://webexapis.com/a b",
    ],
)
def test_an_address_that_is_not_https_is_named(key: str, url: str) -> None:
    sentence = refusal(f'[cloud]\n{key} = "{url}"')
    assert f"[cloud] {key}" in sentence
    assert "https" in sentence
    assert url in sentence


@pytest.mark.parametrize("key", [key for key in ADDRESS_KEYS if key != "revoke_url"])
def test_an_empty_address_is_named(key: str) -> None:
    assert f"[cloud] {key} must be an https address" in refusal(f'[cloud]\n{key} = ""')


@pytest.mark.parametrize("uri", ["", "localhost:5000", "app://x", "http://", "http://h/#x", "http://[::1/x"])
def test_a_redirect_address_that_is_none_is_named(uri: str) -> None:
    assert "[cloud] redirect_uri must be an address like http://localhost" in refusal(
        f'[cloud]\nredirect_uri = "{uri}"'
    )


# ---- finding the file


def test_without_a_file_the_cloud_is_webex(tmp_path: Path) -> None:
    assert config.load_cloud(None, _folders(tmp_path)) == Cloud()


def test_the_file_in_the_config_folder_is_used_but_for_a_given_one(tmp_path: Path) -> None:
    (tmp_path / CLOUD_FILE_NAME).write_text('[cloud]\nclient_id = "here"')
    cloud = config.load_cloud(None, _folders(tmp_path))
    assert (cloud.client_id, cloud.source) == ("here", str(tmp_path / CLOUD_FILE_NAME))
    (tmp_path / CLOUD_FILE_NAME).write_text("broken")
    given = tmp_path / "given.toml"
    given.write_text('[cloud]\nclient_id = "given"')
    assert config.load_cloud(given, _folders(tmp_path)).client_id == "given"


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(
        ConfigError, match=r"missing\.toml: cannot be read \(No such file.*path of the cloud file"
    ):
        config.load_cloud(tmp_path / "missing.toml", _folders(tmp_path))


def test_a_folder_in_the_place_of_the_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=rf"{tmp_path}: not a cloud file \(not a regular file\)"):
        config.load_cloud(tmp_path, _folders(tmp_path))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    path = tmp_path / "cloud.toml"
    path.touch(mode=0)
    with pytest.raises(ConfigError, match=r"cloud\.toml: cannot be read \(Permission denied\)"):
        config.load_cloud(path, _folders(tmp_path))


def test_a_file_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    path = tmp_path / "latin.toml"
    path.write_bytes('[cloud]\nname = "Büro"'.encode("latin-1"))
    with pytest.raises(ConfigError, match=r"latin\.toml: not a TOML file: not text in UTF-8"):
        config.load_cloud(path, _folders(tmp_path))


# ---- client ID, token, profile name


def test_a_missing_client_id_is_named_with_where_to_get_one() -> None:
    with pytest.raises(ConfigError, match=rf"{SOURCE}: \[cloud\] client_id is missing\. .* guide"):
        config.require_client_id(config.read_cloud("", SOURCE))
    config.require_client_id(config.read_cloud('[cloud]\nclient_id = "C1"', SOURCE))


@pytest.fixture
def secret_file(tmp_path: Path) -> Path:
    path = tmp_path / "secret"
    path.write_text("s3cret-of-the-organisation\n")
    path.chmod(0o640)
    return path


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
@pytest.mark.parametrize(("mode", "owner"), [(0o644, 0), (0o660, 0), (0o604, 0), (0o602, 0), (0o640, 1000)])
def test_the_client_secret_is_read_from_a_file_of_the_administrator_alone(
    secret_file: Path, mode: int, owner: int
) -> None:
    assert config.read_client_secret(secret_file) == "s3cret-of-the-organisation"
    secret_file.chmod(mode)
    os.chown(secret_file, owner, -1)
    with pytest.raises(ConfigError, match="must belong to root") as caught:
        config.read_client_secret(secret_file)
    assert "s3cret" not in str(caught.value)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has files of root")
@pytest.mark.parametrize("content", [b"", b"two words", b"\xff", b"a" * 5000, b"a\x07"])
def test_a_file_that_holds_no_secret_is_named_and_not_repeated(secret_file: Path, content: bytes) -> None:
    secret_file.write_bytes(content)
    with pytest.raises(ConfigError, match="must hold the client secret and nothing else") as caught:
        config.read_client_secret(secret_file)
    assert "two words" not in str(caught.value)


@pytest.mark.parametrize("path", ["nowhere", "."])
def test_a_secret_file_that_is_none_is_named(tmp_path: Path, path: str) -> None:
    with pytest.raises(ConfigError, match="client_secret_file: "):
        config.read_client_secret(tmp_path / path)


@pytest.mark.parametrize("environment", [{}, {"TOKEN": ""}, {"TOKEN": " \n"}])
def test_an_empty_token_variable_is_named(environment: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match=r"--token-env TOKEN: .* TOKEN is empty or not set\. Put"):
        config.token_from("TOKEN", environment)


def _folders(folder: Path) -> Folders:
    return Folders(config=folder, state=folder)


def test_secrets_are_taken_out_of_the_environment_so_that_no_child_inherits_them():
    environment = {config.CLIENT_SECRET_VARIABLE: "s3cret", "TOKEN": "abc", "PATH": "/bin"}
    assert config.take_secrets(environment) == {config.CLIENT_SECRET_VARIABLE: "s3cret"}
    assert config.token_from("TOKEN", environment) == "abc"
    assert environment == {"PATH": "/bin"}
    assert config.take_secrets(environment) == {}
