"""Makes `resources/records.schema.json` of the records' types: `python -m tests.headless.schema`."""

import json
from pathlib import Path
from typing import Any

import msgspec

from softphone.headless.records import (
    Accounts,
    Change,
    Devices,
    OutageRecord,
    Record,
    Refusal,
    SettingsRecord,
    Status,
)

SCHEMA = Path(__file__).parents[2] / "resources" / "records.schema.json"
TYPES = (Record, Status, Change, Devices, Accounts, OutageRecord, SettingsRecord, Refusal)


def made() -> str:
    """Return the schema as text."""
    names = [one.__name__ for one in TYPES]
    _, definitions = msgspec.json.schema_components(TYPES, ref_template="#/$defs/{name}")
    schema: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "What softphone prints as JSON, and answers over its control socket",
        "description": "Pass over names that you do not know; `version` counts what would break a reader.",
        "anyOf": [{"$ref": f"#/$defs/{name}"} for name in names],
        "$defs": {name: definitions[name] for name in sorted(definitions)},
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    SCHEMA.write_text(made(), encoding="utf-8")
