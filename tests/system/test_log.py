import asyncio
import io
import json
import logging
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from softphone import app, exit_codes
from softphone.commands.watching import run_watch
from softphone.errors import ConfigError
from softphone.headless.watch import WatchOptions
from softphone.line.model import LineEvent
from softphone.settings import cloud_file
from softphone.sim.server import CloudServer
from softphone.system import log
from softphone.system.folders import find_folders
from softphone.system.live_secrets import HIDDEN

SECRET = "s3cret-of-the-test"
WEBEX_TOKEN = "YjE1NjEtMmI0ZTctNDY0Zi1hYmNkLWVmMDEyMzQ1Njc4OQ_PF84_1eb65fdf-9643-417f-9974-ad72cae0e10f"
JWE = "eyJlbmMiOiJBMjU2R0NNIn0.a2V5.aXY.Y2lwaGVy.dGFn"
JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl"


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    for handler in root.handlers:
        if handler not in handlers:
            handler.close()
    root.handlers[:] = handlers
    root.setLevel(level)


# ---- what is hidden


@pytest.mark.parametrize(
    "text",
    [
        f"Authorization: Bearer {SECRET}",
        f"authorization: Basic {SECRET}",
        f"Proxy-Authorization: Basic {SECRET}",
        f"GET /v1/people/me with Bearer {SECRET} failed",
        f"Cookie: theme=dark; sid={SECRET}",
        f"Set-Cookie: sid={SECRET}; Path=/; HttpOnly",
        f"Location: https://localhost/callback?ticket={SECRET}",
        f"[('accept', '*/*'), ('authorization', 'Bearer {SECRET}')]",
        f"[(b'Authorization', b'Bearer {SECRET}'), (b'Host', b'webexapis.com')]",
        f"{{'authorization': 'Bearer {SECRET}', 'accept': '*/*'}}",
    ],
)
def test_a_secret_in_a_header_is_hidden(text: str) -> None:
    assert SECRET not in log.redact(text)


FIELDS = (
    "code",
    "state",
    "code_verifier",
    "access_token",
    "refresh_token",
    "id_token",
    "client_secret",
    "device_code",
)


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize(
    "shape",
    [
        "http://localhost:18417/callback?{name}={value}",
        "http://localhost:18417/callback?a=b&{name}={value}&c=d",
        "https://example.com/?next=http%3A%2F%2Flocalhost%2F%3Fa%3Db%26{name}%3D{value}%26c%3Dd",
        "{name}={value}",
        "grant_type=authorization_code&{name}={value}",
        '{{"expires_in": 60, "{name}": "{value}"}}',
        '{{"{name}":"{value}"}}',
        "{{'{name}': '{value}'}}",
        '{{"body": "{{\\"{name}\\": \\"{value}\\"}}"}}',
        "Answer({name}='{value}', status=200)",
    ],
)
def test_a_secret_field_is_hidden_and_what_stands_around_it_is_not(name: str, shape: str) -> None:
    text = shape.format(name=name, value=SECRET)
    hidden = log.redact(text)
    assert hidden == text.replace(SECRET, HIDDEN)
    assert log.redact(hidden) == hidden


@pytest.mark.parametrize("secret", ["two words", 'a "quote"', "semi;colon, comma & more", "line\nbreak"])
def test_a_secret_in_json_is_hidden_to_its_end(secret: str) -> None:
    text = json.dumps({"password": secret, "name": "ada"})
    assert log.redact(text) == '{"password": "[hidden]", "name": "ada"}'


@pytest.mark.parametrize("secret", [WEBEX_TOKEN, JWT, JWE])
@pytest.mark.parametrize("text", ["{}", "the service refused {}, so sign in again", "({})", "x={}&y=1"])
def test_what_looks_like_a_token_is_hidden_wherever_it_stands(secret: str, text: str) -> None:
    assert log.redact(text.format(secret)) == text.format(HIDDEN)


@pytest.mark.parametrize(
    "text",
    [
        "HTTP status code: 403",
        "POST device: code=403",
        '{"message": "Forbidden", "errorCode": 101, "code": 403}',
        "exit code 2",
        "  State: registered, wanted: yes, status: active, attempt 0, missed 0",
        "ada, extension 5101: Registering -> Registered by Accepted",
        "the token could not be renewed; 3 tokens are known",
        "tracking ID WXC_0f8fad5b-d9cb-469f-a165-70867728950e",
        "http://127.0.0.1:40481/api/v1/calling/web/devices/cf7f3d6c-bab4-4c8f-a439-7d590838f96e",
        "https://webexapis.com/v1/access_token",
    ],
)
def test_what_support_needs_is_not_hidden(text: str) -> None:
    assert log.redact(text) == text


@pytest.mark.parametrize(
    "part", ["Z-", "a", "x_", "token", "code=", '"', "\\\\", "eyJ", "eyJ-", "a.", "eyJaaaaaaaaaaa."]
)
def test_a_long_text_is_looked_through_in_no_time(part: str) -> None:
    began_s = time.process_time()
    log.redact(part * 20_000)
    assert time.process_time() - began_s < 5.0


# ---- the log file


def test_a_record_reaches_the_file_without_its_secret(tmp_path: Path) -> None:
    log.set_up("debug", tmp_path)
    logging.getLogger("softphone.test").info("refreshing with refresh_token=%s", SECRET)
    text = _text_of(tmp_path)
    assert "refreshing with refresh_token=[hidden]" in text
    assert SECRET not in text


def test_an_exception_reaches_the_file_without_its_secret(tmp_path: Path) -> None:
    log.set_up("debug", tmp_path)
    _log_an_exception_with_the_secret()
    text = _text_of(tmp_path)
    assert "ValueError: no: access_token=[hidden]" in text
    assert SECRET not in text


def test_an_exception_that_another_handler_formatted_first_is_hidden_all_the_same(tmp_path: Path) -> None:
    log.set_up("debug", tmp_path)
    logging.getLogger().handlers.insert(0, logging.StreamHandler(io.StringIO()))
    _log_an_exception_with_the_secret()
    assert SECRET not in _text_of(tmp_path)


def test_a_warning_reaches_stderr_without_its_secret_and_information_does_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    log.set_up("debug", tmp_path)
    logging.getLogger("softphone.test").info("all is well")
    logging.getLogger("softphone.test").warning("refused: Authorization: Bearer %s", SECRET)
    said = capsys.readouterr()
    assert "refused: Authorization: [hidden]" in said.err
    assert SECRET not in said.err
    assert "all is well" not in said.err
    assert said.out == ""
    caplog.clear()


def test_the_level_decides_what_reaches_the_file(tmp_path: Path) -> None:
    log.set_up("info", tmp_path)
    logging.getLogger("softphone.test").debug("a detail")
    logging.getLogger("softphone.test").info("a fact")
    assert "a fact" in _text_of(tmp_path)
    assert "a detail" not in _text_of(tmp_path)


def test_an_unknown_level_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="LOUD"):
        log.set_up("loud", tmp_path)


def test_the_libraries_that_print_whole_addresses_are_kept_quiet_even_at_debug(tmp_path: Path) -> None:
    log.set_up("debug", tmp_path)
    for name in ("httpx", "httpcore", "httpcore.http11", "hpack"):
        assert logging.getLogger(name).getEffectiveLevel() >= logging.WARNING


def test_the_file_is_its_owners_alone_and_stays_so_when_it_rotates(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "LOG_FILE_BYTES", 2000)
    log.set_up("info", tmp_path)
    for number in range(200):
        logging.getLogger("softphone.test").info("record %d", number)
    files = sorted(path.name for path in tmp_path.iterdir())
    assert files == [
        "softphone.log",
        "softphone.log.1",
        "softphone.log.2",
        "softphone.log.3",
    ]
    for path in tmp_path.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert path.stat().st_size <= 2000


def test_setting_up_twice_writes_each_record_once(tmp_path: Path) -> None:
    log.set_up("info", tmp_path)
    log.set_up("info", tmp_path)
    logging.getLogger("softphone.test").info("only once")
    assert _text_of(tmp_path).count("only once") == 1


def test_without_a_folder_there_is_no_file(tmp_path: Path) -> None:
    log.set_up("info", None)
    assert not any(isinstance(handler, logging.FileHandler) for handler in logging.getLogger().handlers)


def test_a_log_file_that_cannot_be_written_is_named_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / log.LOG_FILE_NAME).mkdir()
    with pytest.raises(ConfigError, match=rf"{log.LOG_FILE_NAME}: cannot be written .* SOFTPHONE_HOME"):
        log.set_up("info", tmp_path)


def test_s17_erasing_leaves_nothing_of_before_and_goes_on(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(log, "LOG_FILE_BYTES", 200)
    log.set_up("info", tmp_path)
    for _ in range(20):
        logging.getLogger("softphone").info("Ada Lovelace: registered")
    assert (tmp_path / f"{log.LOG_FILE_NAME}.1").exists()
    assert log.erase()
    logging.getLogger("softphone").info("later")
    [file] = tmp_path.iterdir()
    assert file.read_text().endswith("later\n")
    assert "Ada" not in file.read_text()


# ---- canaries: everything at DEBUG


async def test_httpx_at_debug_writes_no_secret(tmp_path: Path) -> None:
    log.set_up("debug", tmp_path)
    with CloudServer("calm") as cloud:
        async with httpx.AsyncClient(trust_env=False) as client:
            await client.get(
                f"{cloud.base}/v1/people/me?code={SECRET}", headers={"Authorization": f"Bearer {SECRET}"}
            )
            await client.post(f"{cloud.base}/v1/access_token", data={"refresh_token": SECRET})
    assert SECRET not in _text_of(tmp_path)


async def test_a_registration_at_debug_writes_no_token(tmp_path: Path) -> None:
    log.set_up("debug", tmp_path)
    with CloudServer("token-expires", time_scale=0.1) as cloud:
        folders = find_folders()
        folders.make()
        token = cloud.users[0].token
        program = app.Program(
            cloud=cloud_file.load_cloud(cloud.cloud_file, folders), folders=folders, tokens=(token,)
        )
        options = WatchOptions(as_json=True, until=LineEvent.REGISTERED, for_s=20)
        assert await run_watch(program, options, asyncio.Event()) == exit_codes.EXIT_OK
        cloud.alter_user(cloud.users[0].name, revoke_tokens=True)
        assert await run_watch(program, options, asyncio.Event()) == exit_codes.EXIT_SIGN_IN_NEEDED
    text = _text_of(tmp_path)
    assert "Registered" in text
    assert token not in text
    assert token.partition("_")[0] not in text


def _log_an_exception_with_the_secret() -> None:
    error = ValueError(f"no: access_token={SECRET}")
    logging.getLogger("softphone.test").info("asking failed", exc_info=error)


def _text_of(folder: Path) -> str:
    for handler in logging.getLogger().handlers:
        handler.flush()
    return (folder / log.LOG_FILE_NAME).read_text(encoding="utf-8")
