"""Which Debian package brings a shared library that Qt misses. Pure: reads what the loader said."""

import re

_SAID = re.compile(r"(lib[\w.+-]{1,80}?\.so[\d.]{0,20}): cannot open shared object file")
_FROM_OUR_WHEELS = re.compile(r"lib(Qt6|pyside6|shiboken6|icu)")

_GLIB = "libglib2.0-0t64 | libglib2.0-0"
_NAMED_OTHERWISE = {
    "libasound.so.2": "libasound2t64 | libasound2",
    "libbrotlicommon.so.1": "libbrotli1",
    "libbrotlidec.so.1": "libbrotli1",
    "libgio-2.0.so.0": _GLIB,
    "libglib-2.0.so.0": _GLIB,
    "libgobject-2.0.so.0": _GLIB,
    "libgthread-2.0.so.0": _GLIB,
    "libnssutil3.so": "libnss3",
    "libsmime3.so": "libnss3",
    "libz.so.1": "zlib1g",
}


def missing_library(said: str) -> str | None:
    """Return the file name of the library that was not found, as `libXfixes.so.3`."""
    found = _SAID.search(said)
    return found and found[1]


def debian_package(library: str) -> str | None:
    """Return the package's line in packaging/debian-packages; None for what pip installs.

    `libXfixes.so.3` comes in `libxfixes3`, and `libX11.so.6` in `libx11-6`: Debian's policy names a
    package after its library, with a hyphen where two numbers would meet.
    """
    if _FROM_OUR_WHEELS.match(library):
        return None
    name, _, version = library.replace("_", "-").lower().partition(".so")
    version = version.removeprefix(".")
    hyphen = "-" if version and name[-1].isdigit() else ""
    return _NAMED_OTHERWISE.get(library, f"{name}{hyphen}{version}")


def packages_in_words(package: str) -> str:
    """Return a line of packaging/debian-packages as a person reads it: `libnew or libold`."""
    return package.replace(" | ", " or ")
