"""Sign-in over the wire: the authorize page of the simulated cloud, the redirect, the session, sign-out."""

from collections.abc import Iterator

import pytest

from softphone.auth.keystore import MemoryKeystore
from softphone.auth.oauth import begin_sign_in, read_redirect
from softphone.auth.session import Session
from softphone.auth.token_service import TokenService
from softphone.errors import RequestError, SignInError, SignInOutcome
from softphone.line.failure import Disposition
from softphone.settings.cloud_file import Cloud, read_cloud
from softphone.sim.server import CloudServer
from softphone.webex.client import Client
from tests.kit.browsing import redirect_of


@pytest.fixture
def simulated() -> Iterator[CloudServer]:
    with CloudServer(seed=2) as server:
        yield server


async def test_a_person_signs_in_stays_signed_in_and_signs_out(simulated: CloudServer):
    cloud: Cloud = read_cloud(simulated.cloud_file.read_text(), "cloud.toml")
    client, keystore = Client(cloud), MemoryKeystore()
    service = TokenService(cloud=cloud, post_form=client.post_form)
    attempt = begin_sign_in(cloud)
    code = read_redirect(attempt, await redirect_of(simulated, attempt))
    session = await Session.begin(service, attempt, code, keystore=keystore)
    await session.keep("ada")
    assert set(cloud.scopes) == set(session._token.scopes)
    me = f"{cloud.api_url}/people/me"
    assert (await client.request("GET", me, tokens=session)).status == 200

    first = await session.access_token()
    assert await session.renew(first) != first
    restored = await Session.restore(service, "ada", keystore=keystore)
    assert restored is not None
    assert (await client.request("GET", me, tokens=restored)).status == 200

    with pytest.raises(SignInError) as raised:  # T04
        await Session.begin(service, attempt, code, keystore=keystore)
    assert raised.value.outcome is SignInOutcome.PROVIDER_ERROR

    receipt = await session.sign_out()
    assert receipt.failed == ()
    with pytest.raises(RequestError) as refused:
        await client.request("GET", me, tokens=restored)
    assert refused.value.failure.disposition is Disposition.SIGN_IN
    assert await Session.restore(service, "ada", keystore=keystore) is None
    await client.close()


async def test_a_person_who_declines_is_not_signed_in(simulated: CloudServer):
    attempt = begin_sign_in(read_cloud(simulated.cloud_file.read_text(), "cloud.toml"))
    url = await redirect_of(simulated, attempt, "deny")
    with pytest.raises(SignInError) as raised:
        read_redirect(attempt, url)
    assert raised.value.outcome is SignInOutcome.DENIED
