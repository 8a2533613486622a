"""What `accounts` does: asks the running program, or looks into profile and keyring."""

import json
import sys
from typing import Any

from softphone.accounts.sign_in_service import read_sign_in
from softphone.accounts.snapshot import NOT_STORED
from softphone.app import Program, Services
from softphone.exit_codes import EXIT_OK, EXIT_SIGN_IN_NEEDED
from softphone.headless.instance import Instance
from softphone.headless.remote import asked
from softphone.headless.watch import say as complain
from softphone.i18n import tr

STORED, ENDED = "stored", "ended"  # beside the states of a running program (scripts.md#accounts)


async def accounts(program: Program, running: Instance | None, *, as_json: bool) -> int:
    """Print who is signed in; returns 0 when somebody is. Nothing is unlocked and no token is shown."""
    if running is not None:
        records = (asked(running, "status") or {}).get("accounts", [])
    else:
        records = await _known(program)
    if as_json:
        told = {"ok": True, "running": running is not None, "name": program.profile, "accounts": records}
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    else:
        rows = "\n".join(map(_row, records))
        sys.stdout.write((rows or "Nobody is signed in. 'softphone sign-in' signs somebody in.") + "\n")
    signed_in = any(record.get("state") != ENDED for record in records)
    return EXIT_OK if signed_in else EXIT_SIGN_IN_NEEDED


async def _known(program: Program) -> list[dict[str, Any]]:
    """Return what profile and keyring tell, in the form of the control socket."""
    program, store = program.with_settings()
    for notice in program.notices(store):
        complain(notice)
    services = Services(program)
    services.profile.on_notice(complain)
    records = []
    try:
        for account in services.profile.accounts():
            sign_in, error = await read_sign_in(services, account.key)
            trouble = None if sign_in is not None else error or NOT_STORED
            records.append(
                {
                    "account": account.address or account.key,
                    "name": account.name,
                    "state": ENDED if sign_in is None and error is None else STORED,
                    "kept": None if sign_in is None and error is None else "keyring",
                    "notice": f"{tr(trouble.title)}: {tr(trouble.sentence)}" if trouble is not None else None,
                }
            )
    finally:
        await services.close()
    return records


def _row(record: dict[str, Any]) -> str:
    name = f" ({record['name']})" if record.get("name") else ""
    kept = f", kept in the {record['kept']}" if record.get("kept") else ""
    notice = f". {record['notice']}" if record.get("notice") else ""
    return f"{record.get('account') or 'a new account'}{name}  {record.get('state')}{kept}{notice}"
