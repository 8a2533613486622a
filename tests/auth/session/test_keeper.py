"""What the keyring holds of a sign-in that is over, and who is told of it."""

from softphone.auth.changes import Change
from softphone.auth.keystore import EntryKind, MemoryKeystore
from softphone.auth.saved_sign_in import Keeper
from tests.auth.session.bench import Bench


async def stored() -> tuple[Bench, Keeper]:
    bench = Bench()
    await bench.session.keep("ada")
    return bench, bench.session._keeper


async def test_access_that_has_ended_is_nobodys_any_more():
    bench, keeper = await stored()
    assert (keeper.account_key, keeper.is_saved) == ("ada", True)
    await keeper.end()
    assert (keeper.account_key, keeper.is_saved, bench.session.session_only) == ("", False, True)
    assert await bench.stored(EntryKind.ACCESS) is None
    assert await bench.stored(EntryKind.REFRESH) is not None


async def test_what_the_person_wants_gone_is_gone_and_nothing_is_left_to_name():
    bench, keeper = await stored()
    assert await keeper.empty() == []
    assert (keeper.account_key, keeper.is_saved) == ("", False)
    assert await bench.stored(EntryKind.ACCESS) is await bench.stored(EntryKind.REFRESH) is None
    await keeper.save_soon(bench.session._token)
    assert await bench.stored(EntryKind.REFRESH) is None


async def test_whose_it_is_can_be_said_without_storing_anything():
    bench = Bench()
    bench.session.belongs_to("ada")
    keeper = bench.session._keeper
    assert (keeper.account_key, keeper.is_saved) == ("", False)
    await keeper.drop(EntryKind.ACCESS)
    assert await bench.stored(EntryKind.REFRESH) is None
    fresh = Keeper(bench.service, MemoryKeystore(), lambda *_: None)
    assert (fresh.account_key, fresh.is_saved, fresh.generation) == ("", False, 0)
    assert await fresh.empty() == []
    restored = Keeper(bench.service, MemoryKeystore(), lambda *_: None, account_key="ada", generation=7)
    assert (restored.account_key, restored.is_saved, restored.generation) == ("ada", True, 7)


async def test_only_a_change_of_being_saved_is_told():
    bench, keeper = await stored()
    bench.keystore.failing_writes = 2
    token = bench.session._token
    await keeper.save_soon(token)
    await keeper.save_soon(token)
    await keeper.save_soon(token)
    await keeper.save_soon(token)
    assert bench.heard == [Change.NOT_SAVED, Change.SAVED]
    await keeper.stop(after_s=0)
