"""What a plot says as rows and columns: for a screen reader, for the clipboard. Pure and Qt-free."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The numbers of a plot in words. `summary` is what the plot says above it."""

    title: str
    summary: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def tsv(self, numbers: tuple[int, ...] | None = None) -> str:
        """Return the rows with these numbers (None: all) and their heads, for a spreadsheet."""
        chosen = self.rows if numbers is None else tuple(self.rows[number] for number in numbers)
        return "\n".join("\t".join(row) for row in (self.columns, *chosen))
