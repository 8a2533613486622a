"""Values: made once, read, and never altered.

A value is a `msgspec.Struct`: its class is made forty times quicker than a dataclass, and there are two
hundred of them between a start and the first registration. A dataclass is what comes before the first
picture, when msgspec is not loaded yet, what hides a field in its `repr`, and what describes its fields in
their metadata.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # mypy checks what is changed, in structs as in dataclasses
    from dataclasses import replace
else:
    import dataclasses

    from msgspec import Struct, structs

    def replace(value: Any, /, **changes: Any) -> Any:
        """Return the value with other fields."""
        change = structs.replace if isinstance(value, Struct) else dataclasses.replace
        return change(value, **changes)


__all__ = ["replace"]
