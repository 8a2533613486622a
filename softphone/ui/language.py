"""The person's language: texts, numbers, dates and the direction of reading, set before the first widget.

`softphone.i18n` asks here for every text. The translations lie in `resources/translations`, made by
`tests/translations.py`; Qt's own words, as on the buttons of a file dialog, come with Qt.
"""

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QDate, QLibraryInfo, QLocale, QTime, QTranslator
from PySide6.QtWidgets import QApplication

from softphone import i18n
from softphone.ui.kit.theme import resource

if TYPE_CHECKING:
    from datetime import datetime

SYSTEM = "system"
ENGLISH = "en"
PSEUDO_RTL = "pseudo-rtl"  # the pseudo-locale from right to left

_TEXTS = {"de": "softphone_de.qm", "pseudo": "softphone_pseudo.qm", PSEUDO_RTL: "softphone_pseudo.qm"}
_CONTEXT = "softphone"
_OURS = "language"  # the object name of the translators that are installed here
_RIGHT_TO_LEFT_MARK = "\u200f"  # a text that begins with it runs as an Arabic one does
_ZONE = re.compile(r"\s*[(\[]?\bt+\b[)\]]?(?=(?:[^']*'[^']*')*[^']*$)")  # in a format, and not quoted
_TAG = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")  # without a script: services compare whole tags
_REMEMBERED = 4096  # texts: a label asks for the same few every second


def install(app: QApplication, choice: str) -> None:
    """Speak the chosen language: `system` or the name of one. What has no translation is English."""
    for translator in app.findChildren(QTranslator, _OURS):
        app.removeTranslator(translator)
        translator.deleteLater()
    name = _system_language() if choice == SYSTEM else choice
    locale = _locale(name)
    times = _times(name)
    i18n.speak(None, point=locale.decimalPoint(), times=times)
    QLocale.setDefault(locale)
    rtl = name == PSEUDO_RTL
    if rtl is not app.isRightToLeft():
        from PySide6.QtCore import Qt  # noqa: PLC0415 - takes longer than all else before the first picture

        app.setLayoutDirection(Qt.LayoutDirection.RightToLeft if rtl else Qt.LayoutDirection.LeftToRight)
    if name not in _TEXTS:
        return
    qt_folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    _add(app, f"qtbase_{locale.name()[:2]}", qt_folder)
    if not _add(app, str(resource(f"translations/{_TEXTS[name]}"))):
        raise FileNotFoundError(_TEXTS[name])
    translate = _translation(_RIGHT_TO_LEFT_MARK if name == PSEUDO_RTL else "")
    i18n.speak(translate, point=locale.decimalPoint(), right_to_left=rtl, times=times)


def accepted() -> str:
    """Return the person's languages as `Accept-Language` has them: ours, the system's, English."""
    names = [*QLocale().uiLanguages(), *QLocale.system().uiLanguages(), ENGLISH]
    tags = dict.fromkeys(name for name in names if _TAG.fullmatch(name))
    ranked = zip(tags, range(10, 0, -1), strict=False)  # nine less wanted ones are enough
    return ",".join(tag if rank == 10 else f"{tag};q=0.{rank}" for tag, rank in ranked)  # noqa: PLR2004


def _add(app: QApplication, file_name: str, folder: str = "") -> bool:
    translator = QTranslator(app)
    translator.setObjectName(_OURS)
    return translator.load(file_name, folder) and app.installTranslator(translator)


def _translation(mark: str) -> i18n.Translate:
    @lru_cache(_REMEMBERED)
    def translate(text: str, number: int | None) -> str:
        if number is None:
            return mark + QCoreApplication.translate(_CONTEXT, text)
        return mark + QCoreApplication.translate(_CONTEXT, text, None, number)

    return translate


def _system_language() -> str:
    system = QLocale.system().name()[:2]
    return system if system in _TEXTS else ENGLISH


def _locale(name: str) -> QLocale:
    """The locale of a language: the system's own, with its country's dates, if that is the language."""
    wanted, system = QLocale(name[:2] if name in {ENGLISH, "de"} else ENGLISH), QLocale.system()
    return system if system.language() == wanted.language() else wanted


class _LocalTimes(i18n.Times):
    """Times as a region writes them: short, in digits."""

    def __init__(self, locale: QLocale) -> None:
        self._locale = locale
        self._with_seconds = _ZONE.sub("", locale.timeFormat(QLocale.FormatType.LongFormat)).strip()

    def clock(self, at: "datetime", *, seconds: bool) -> str:
        """Return the time of day."""
        time = QTime(at.hour, at.minute, at.second)
        return self._locale.toString(time, self._with_seconds if seconds else QLocale.FormatType.ShortFormat)

    def date(self, at: "datetime") -> str:
        """Return the day, with its year."""
        return self._locale.toString(QDate(at.year, at.month, at.day), QLocale.FormatType.ShortFormat)


def _runs_leftwards(region: QLocale) -> bool:
    """Whether times of a region would come apart in our sentences, which run rightwards."""
    from unicodedata import bidirectional  # noqa: PLC0415 - `textDirection` would need the names of `Qt`

    return region.zeroDigit() != "0" or any(bidirectional(one) in {"R", "AL"} for one in region.amText())


def _times(name: str) -> i18n.Times | None:
    """How times are written: as the desktop's region does (LC_TIME), whatever the language of the texts.

    Without a region (C, POSIX) it is as the language has it; for English, which has no one way, as ISO 8601.
    """
    system, none = QLocale.system(), QLocale.c()
    short = QLocale.FormatType.ShortFormat
    named = (system.dateFormat(short), system.timeFormat(short)) != (
        none.dateFormat(short),
        none.timeFormat(short),
    )
    if named and not _runs_leftwards(system):
        return _LocalTimes(system)
    return _LocalTimes(QLocale(name)) if name == "de" else None
