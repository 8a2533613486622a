"""Writes what Windows shows of the program's files, as PyInstaller reads it: `version_info.py FILE`."""

import re
import sys
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
PLACES = 4  # of a version to Windows


def text_of(version: str) -> str:
    """Return the resource for a version such as 1.2.3 or 1.2.3rc1."""
    numbers = tuple(int(number) for number in re.findall(r"\d+", re.split(r"[a-z+]", version)[0]))
    four = (*numbers, *(0,) * PLACES)[:PLACES]
    authors = "The softphone registration panel authors"
    said = {
        "CompanyName": authors,
        "FileDescription": "Softphone",  # what the task manager shows
        "FileVersion": version,
        "InternalName": "softphone",
        "LegalCopyright": f"{authors}; MIT License",
        "ProductName": "Softphone",
        "ProductVersion": version,
    }
    rows = ", ".join(f"StringStruct({name!r}, {value!r})" for name, value in said.items())
    # 0409 is English of the United States, 04B0 Unicode; kind 0x1 is a program, 0x40004 Windows.
    return f"""\
VSVersionInfo(
    ffi=FixedFileInfo(filevers={four}, prodvers={four}, mask=0x3F, flags=0x0, OS=0x40004, fileType=0x1),
    kids=[
        StringFileInfo([StringTable("040904B0", [{rows}])]),
        VarFileInfo([VarStruct("Translation", [0x0409, 0x04B0])]),
    ],
)
"""


def main() -> None:
    """Write it for the version of the program."""
    source = (CHECKOUT / "softphone" / "__init__.py").read_text(encoding="utf-8")
    [version] = re.findall(r'^__version__ = "(.+)"$', source, re.MULTILINE)
    Path(sys.argv[1]).write_text(text_of(version), encoding="utf-8")


if __name__ == "__main__":
    main()
