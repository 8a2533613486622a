"""Every text of the window has a German translation, and the files that the program loads are up to date."""

import ast
import re

import pytest
from PySide6.QtCore import QTranslator

from softphone import i18n
from softphone.i18n import counted, counted_phrase, tr
from tests import translations
from tests.translations import FOLDER, GERMAN, WORDED, NotAWholeText, places, pseudo, texts_in, without_pseudo

pytestmark = pytest.mark.slow

COMMAND = "python -m tests.translations update, translate what it prints, then build"


def test_every_text_of_the_source_stands_in_the_translation_file():
    known = translations.read()
    assert {text for text in translations.extract() if text not in known} == set(), COMMAND


def test_the_translation_file_has_no_text_that_is_gone():
    assert translations.read().keys() - translations.extract().keys() == set(), COMMAND


def test_every_german_text_is_finished():
    assert [message.source for message in translations.read().values() if not message.finished] == []


def test_a_text_is_counted_in_german_if_it_is_in_the_source():
    found = translations.extract()
    assert [
        text for text, message in translations.read().items() if message.counted != found[text].counted
    ] == []


def test_every_german_text_has_the_places_of_the_english_one():
    found = translations.extract()
    for source, message in translations.read().items():
        english = (found[source].one, source) if message.counted else (source,)
        allowed = places(source) | places(found[source].one)
        for form, german in zip(english, message.translations, strict=True):
            needed = places(form) - {"n"} if message.counted else places(form)
            assert needed <= places(german) <= allowed, source


@pytest.mark.parametrize(
    ("name", "messages"), [("de", translations.read), ("pseudo", translations.pseudo_messages)]
)
def test_the_file_that_the_program_loads_is_up_to_date(name, messages):
    translator = QTranslator()
    assert translator.load(str(FOLDER / f"softphone_{name}.qm"))
    for message in messages().values():
        numbers = (1, 2) if message.counted else (-1,)
        loaded = [translator.translate("softphone", message.source, None, number) for number in numbers]
        assert loaded == message.translations, COMMAND


def test_the_files_are_made_by_the_command(tmp_path):
    translations.build(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"softphone_de.qm", "softphone_pseudo.qm"}


def test_what_is_translated_survives_writing(tmp_path):
    path = tmp_path / "again.ts"
    translations.write(path, translations.read(), "de")
    assert [m.translations for m in translations.read(path).values()] == [
        m.translations for m in translations.read(GERMAN).values()
    ]


NOUNS = re.compile(r"\{(n|number|left|up|missed|limit|silent)\} (of \{\w+\} )?[a-z]{3,}s\b")
POLISH = ("one", "few", "many")  # of a language with three forms: 1, 2 to 4, and 5


def test_d19_every_counted_text_has_as_many_forms_as_the_language(tmp_path):
    messages = {source: one for source, one in translations.extract().items() if one.counted}
    for message in messages.values():
        message.translations = [f"{form}: {message.source}" for form in POLISH]
    translations.write(tmp_path / "made_up.ts", messages, "pl")
    translations._release(tmp_path / "made_up.ts", tmp_path / "made_up.qm")
    translator = QTranslator()
    assert translator.load(str(tmp_path / "made_up.qm"))
    i18n.speak(lambda text, number: translator.translate("softphone", text, None, number or 0) or text)
    try:
        for source, message in messages.items():
            values = dict.fromkeys(places(source) | places(message.one), "x")
            for number, form in ((1, "one"), (3, "few"), (5, "many"), (22, "few")):
                said = f"{form}: {source.format(**values | {'n': number})}"
                assert counted(number, message.one, source, **values | {"n": number}) == said
                assert tr(counted_phrase(number, message.one, source, **values | {"n": number})) == said
    finally:
        i18n.speak(None)


def test_d19_one_is_never_said_as_several():
    for source, message in translations.extract().items():
        if message.counted:
            values = dict.fromkeys(places(source) | places(message.one), 1)
            assert counted_phrase(1, message.one, source, **values) == message.one.format(**values)


def test_d19_whatever_is_counted_with_a_noun_is_asked_for_by_its_number():
    noun = re.compile(r"\{(n|number|left|up|missed|limit|silent)\} (of \{\w+\} )?[a-z]{3,}s\b")
    assert [
        text for text, one in translations.extract().items() if noun.search(text) and not one.counted
    ] == []


def test_d18_a_text_of_ours_in_another_one_says_so():
    """A plain value is data: a title or a sentence as a value must go through `own()`."""
    for path in sorted(translations.PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"phrase", "counted_phrase"}:
                plain = [
                    ast.unparse(word.value)
                    for word in node.keywords
                    if isinstance(word.value, ast.Attribute) and word.value.attr in WORDED
                ]
                assert plain == [], f"{path.name}:{node.lineno}"


def found_in(code: str) -> list[tuple[str, str]]:
    return list(texts_in(code, "example.py"))


def test_texts_are_found_where_they_are_translated():
    assert found_in('tr("One" if a else "Two"), phrase("Off by {n}", n=tr("three"))') == [
        ("One", ""),
        ("Two", ""),
        ("Off by {n}", ""),
        ("three", ""),
    ]
    assert found_in('counted(n, "{n} line", "{n} lines")') == [("{n} lines", "{n} line")]


def test_texts_are_found_in_tables_that_are_shown():
    assert found_in('A = {"key": "Shown", "other": Look("Also", ("Ctrl+R",))}  # shown') == [
        ("Shown", ""),
        ("Also", ""),
    ]
    assert found_in('A = (("{n} fails", "{n} fail"),)  # shown') == [("{n} fail", "{n} fails")]
    assert found_in('class Page(Enum):  # shown\n    """Doc."""\n\n    ONE = "One"') == [("One", "")]
    assert found_in('A = {"key": "Not shown"}') == []


def test_texts_are_found_where_errors_are_worded():
    code = 'raise SignInError("Sentence.", title="Title")\ndef f(*, title: str = "Default") -> None: ...'
    assert sorted(found_in(code)) == [("Default", ""), ("Sentence.", ""), ("Title", "")]
    assert found_in('ValueError("ours alone"), ConfigError("for the terminal")') == []


@pytest.mark.parametrize(
    "code", ['tr(f"{n} lines")', 'tr("a" + b)', 'Failure(title=f"No answer from {host}")']
)
def test_a_text_that_is_put_together_is_refused(code):
    with pytest.raises(NotAWholeText):
        found_in(code)


def test_a_pseudo_text_is_longer_keeps_its_places_and_can_be_told_from_data():
    words = pseudo("Asking {server}, attempt {n}")
    assert places(words) == {"server", "n"}
    assert len(words.format(server="", n="")) >= 1.4 * len("Asking , attempt ")
    assert without_pseudo(words.format(server=pseudo("the backup"), n=2) + " eu-west") == " eu-west"


SHOWING = {
    *("Button", "QAction", "QCheckBox", "QGroupBox", "QLabel", "QMenu", "QRadioButton", "Text", "addAction"),
    *("addItem", "addMenu", "addTab", "announce", "say", "setAccessibleDescription", "setAccessibleName"),
    *("setPlaceholderText", "setText", "setTitle", "setToolTip", "setWindowTitle"),
}


def literal_words(node: ast.expr) -> bool:
    """Whether words stand in the source there that nobody translates."""
    match node:
        case ast.Constant(str(text)):
            return "://" not in text and any(character.isalpha() for character in text)
        case ast.JoinedStr():
            return any(literal_words(part) for part in node.values if isinstance(part, ast.Constant))
        case ast.IfExp():
            return literal_words(node.body) or literal_words(node.orelse)
    return False


@pytest.mark.parametrize(
    "path", sorted((translations.PACKAGE / "ui").rglob("*.py")), ids=lambda path: path.stem
)
def test_no_widget_is_given_words_that_nobody_translates(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            words = node.args if name in SHOWING else []
            assert not any(literal_words(argument) for argument in words), f"{path.name}:{node.lineno}"
