"""The texts of the program and their translations: `python -m tests.translations update`, then `build`.

`update` finds every text in the source, writes them to `resources/translations/softphone_de.ts`, keeps what
is translated and prints what is not. `build` makes the files that the program loads: German, and the
pseudo-locale, which is English with accents, 40 % longer and in brackets (interface.md#checks, 43).

A text is found where `i18n.py` is asked for it (`tr`, `own`, `counted` ...), in a table with the comment
`# shown` on its first line, and where an error, a failure or a receipt is worded (`WORDED`, `POSITIONS`). In
a table a pair of texts with `{n}` is what is counted: of one, of several.
"""

import argparse
import ast
import builtins
import math
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from string import Formatter

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "softphone"
FOLDER = ROOT / "resources" / "translations"
GERMAN = FOLDER / "softphone_de.ts"
CONTEXT = "softphone"

# Nobody reads these in the window: the command line speaks English, as its logs and scripts do.
TERMINAL = (
    *("accounts/sign_in_desk.py", "app.py", "checks/doctor.py", "checks/first_contact", "cli.py"),
    *("headless/account_verbs.py", "headless/control_socket.py", "headless/remote.py", "headless/sign_in.py"),
    *("commands", "headless/watch.py", "settings/cloud_file.py", "sim"),
)
WORDED = {"title", "sentence", "advice"}  # keywords and parameters that hold a text
# Calls whose texts have no keyword: where the texts stand.
POSITIONS = {
    "FailureKind": (2, 3),
    "_dead": (0, 1),
    "_ours": (0, 1),
    "Refusal": (1, 2),
    "Check": (0, 2),
    "Notice": (0, 1),
    "_bad_callback": (0,),
    "_failed": (1,),
    "_cannot": (0,),
    "_quote": (0,),
    "fault": (0, 1),
    "_refused": (0,),
    "note_refusal": (0,),
}
_ERROR = re.compile(r"(?!Config)\w*Error|KeystoreAbsent|KeystoreLocked")
_KEYS = re.compile(r"(Ctrl|Shift|Alt)\+\S+|F\d+|Esc")  # key sequences are Qt's to translate
_PLACE = re.compile(r"\{[^}]*\}")


@dataclass(slots=True)
class Message:
    """A text of the source; a counted one has a translation for each form of the number."""

    source: str
    counted: bool = False
    one: str = ""  # the English singular of a counted text
    files: list[str] = field(default_factory=list)
    translations: list[str] = field(default_factory=list)

    @property
    def finished(self) -> bool:
        return len(self.translations) == (2 if self.counted else 1) and all(self.translations)


class NotAWholeText(Exception):  # noqa: N818 - what is wrong with the source
    """A text that is put together before anybody can translate it."""


# --- Finding the texts


def extract(package: Path = PACKAGE) -> dict[str, Message]:
    """Return every text that a person may read in the window, in the order of the source."""
    found: dict[str, Message] = {}
    for path in sorted(package.rglob("*.py")):
        name = path.relative_to(package).as_posix()
        if not name.startswith(TERMINAL):
            for source, one in texts_in(path.read_text(encoding="utf-8"), name):
                message = found.setdefault(source, Message(source))
                if one:
                    message.counted, message.one = True, one
                if name not in message.files:
                    message.files.append(name)
    return found


def texts_in(code: str, name: str) -> Iterator[tuple[str, str]]:
    """Yield the texts of a file, each with the English singular if it is counted."""
    lines = code.splitlines()
    for node in ast.walk(ast.parse(code)):
        match node:
            case ast.Call():
                yield from _in_call(node, name)
            case ast.Assign() | ast.AnnAssign() if node.value is not None:
                if "# shown" in lines[node.lineno - 1]:
                    yield from _words_in(node.value)
            case ast.ClassDef() if "# shown" in "".join(lines[node.lineno - 1 : node.body[0].end_lineno]):
                for statement in node.body[1:]:
                    if isinstance(statement, ast.Assign):
                        yield from _words_in(statement.value)
            case ast.FunctionDef():
                yield from _in_defaults(node)


def _in_call(call: ast.Call, name: str) -> Iterator[tuple[str, str]]:
    called = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if called in {"tr", "phrase", "own"} and call.args:
        yield from _whole(call.args[0], name)
    elif called in {"counted", "counted_phrase"}:
        ones, severals = _whole(call.args[1], name), _whole(call.args[2], name)
        yield from ((several, one) for (one, _), (several, _) in zip(ones, severals, strict=True))
    elif _ERROR.fullmatch(called) and not hasattr(builtins, called):
        yield from _worded(call, (0,), name)
    elif called not in {"ConfigError", "_log"}:
        yield from _worded(call, POSITIONS.get(called, ()), name)


def _worded(call: ast.Call, positions: tuple[int, ...], name: str) -> Iterator[tuple[str, str]]:
    for place in positions:
        if place < len(call.args):
            yield from _whole(call.args[place], name)
    for keyword in call.keywords:
        if keyword.arg in WORDED:
            yield from _whole(keyword.value, name)


def _in_defaults(function: ast.FunctionDef) -> Iterator[tuple[str, str]]:
    arguments = function.args
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if argument.arg in WORDED and default is not None:
            yield from _words_in(default)


def _whole(node: ast.expr, name: str) -> Iterator[tuple[str, str]]:
    """The texts that an expression can be: one, or a choice of some; anything else is found elsewhere."""
    match node:
        case ast.Constant(value=str(text)) if text:
            yield text, ""
        case ast.IfExp():
            yield from _whole(node.body, name)
            yield from _whole(node.orelse, name)
        case ast.BoolOp():
            for value in node.values:
                yield from _whole(value, name)
        case ast.JoinedStr() | ast.BinOp(op=ast.Add() | ast.Mod()):
            raise NotAWholeText(f"softphone/{name}:{node.lineno}: use phrase(): {ast.unparse(node)}")


def _words_in(node: ast.expr) -> Iterator[tuple[str, str]]:
    """All texts of a table; the keys of a dict are not shown."""
    match node:
        case ast.Dict():
            for value in node.values:
                yield from _words_in(value)
        case ast.Tuple(elts=[ast.Constant(str(one)), ast.Constant(str(several))]) if (
            "{n}" in several and _is_text(several)
        ):
            yield several, one
        case ast.Constant(value=str(text)):
            if _is_text(text) and not _KEYS.fullmatch(text):
                yield text, ""
        case _:
            for child in ast.iter_child_nodes(node):
                inner = child.value if isinstance(child, ast.keyword) else child
                if isinstance(inner, ast.expr):
                    yield from _words_in(inner)


def _is_text(text: object) -> bool:
    return isinstance(text, str) and any(character.isalpha() for character in _PLACE.sub("", text))


def places(text: str) -> set[str]:
    """Return the names of the {places} of a text."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


# --- The files


def read(path: Path = GERMAN) -> dict[str, Message]:
    """Return the messages of a translation file, by their source."""
    if not path.exists():
        return {}
    found = {}
    for element in ET.parse(path).iter("message"):
        source = element.findtext("source") or ""
        translation = element.find("translation")
        message = Message(source, counted=element.get("numerus") == "yes")
        if translation is not None and translation.get("type") is None:
            forms = translation.findall("numerusform") if message.counted else [translation]
            message.translations = [form.text or "" for form in forms]
        found[source] = message
    return found


def write(path: Path, messages: Mapping[str, Message], language: str) -> None:
    """Write a translation file as Qt's tools read it (TS 2.1)."""
    root = ET.Element("TS", version="2.1", language=language, sourcelanguage="en")
    context = ET.SubElement(root, "context")
    ET.SubElement(context, "name").text = CONTEXT
    for message in messages.values():
        element = ET.SubElement(context, "message", {"numerus": "yes"} if message.counted else {})
        for name in message.files:
            ET.SubElement(element, "location", filename=f"softphone/{name}")
        ET.SubElement(element, "source").text = message.source
        if message.one:
            ET.SubElement(element, "extracomment").text = f"One: {message.one}"
        unfinished = {} if message.finished else {"type": "unfinished"}
        translation = ET.SubElement(element, "translation", unfinished)
        if message.counted:
            for form in message.translations or ["", ""]:
                ET.SubElement(translation, "numerusform").text = form
        else:
            translation.text = "".join(message.translations)
    ET.indent(root, " ")
    text = ET.tostring(root, encoding="unicode")
    path.write_text(f'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n{text}\n', encoding="utf-8")


def update() -> dict[str, Message]:
    """Bring the German file up to date; what is translated stays. Returns its messages."""
    known = read()
    messages = extract()
    for source, message in messages.items():
        if source in known and known[source].counted == message.counted:
            message.translations = known[source].translations
    write(GERMAN, messages, "de")
    return messages


def build(folder: Path = FOLDER) -> None:
    """Make the files that the program loads."""
    _release(GERMAN, folder / "softphone_de.qm")
    with tempfile.TemporaryDirectory() as temporary:
        path = Path(temporary) / "pseudo.ts"
        write(path, pseudo_messages(), "en")
        _release(path, folder / "softphone_pseudo.qm")


def _release(source: Path, target: Path) -> None:
    tool = Path(sys.executable).with_name("pyside6-lrelease")
    subprocess.run([tool, "-silent", source, "-qm", target], check=True)


# --- The pseudo-locale

_ACCENTS = str.maketrans("aceinouyzACEINOUYZ", "àçéïñöûýžÀÇÉÏÑÖÛÝŽ")
_OPEN, _CLOSE = "⟦", "⟧"


def pseudo_messages() -> dict[str, Message]:
    """Return every text with its pseudo-translation."""
    messages = extract()
    for message in messages.values():
        forms = (message.one, message.source) if message.counted else (message.source,)
        message.translations = [pseudo(form) for form in forms]
    return messages


def pseudo(text: str) -> str:
    """Return a text with accents, 40 % longer and in brackets; its {places} stay."""
    parts = re.split(r"(\{[^}]*\}|<[^>]*>|&\w+;)", text)
    accented = "".join(part if place % 2 else part.translate(_ACCENTS) for place, part in enumerate(parts))
    longer = math.ceil(0.4 * len(_PLACE.sub("", text))) - len(_OPEN + _CLOSE)  # values have their own
    filling = (" ~~~~" * len(text))[: max(2, longer)]
    return f"{_OPEN}{accented}{filling}{_CLOSE}"


def without_pseudo(text: str) -> str:
    """Return what is left of a text on the screen without its pseudo-translated parts."""
    before = ""
    while before != text:  # from the inside out: a text may be a value of another
        before, text = text, re.sub(f"{_OPEN}[^{_OPEN}{_CLOSE}]*{_CLOSE}", "", text)
    return text


# --- The command


def main() -> int:
    """Run the command; 1 when something is not translated."""
    parser = argparse.ArgumentParser(description="The texts of the program and their translations.")
    parser.add_argument("command", choices=("update", "build"))
    if parser.parse_args().command == "build":
        build()
        return 0
    before = read()
    messages = update()
    missing = [message for message in messages.values() if not message.finished]
    for source in before.keys() - messages.keys():
        sys.stdout.write(f"gone: {source!r}\n")
    for message in missing:
        sys.stdout.write(f"missing: {message.source!r}  ({', '.join(message.files)})\n")
    sys.stdout.write(f"{len(messages)} texts, {len(missing)} not translated\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
