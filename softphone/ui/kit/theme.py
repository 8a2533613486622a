"""Light and dark: one table of colours, one palette and one style sheet made from it (interface.md#colours).

Widgets that paint themselves ask `tokens(self.palette())`, so a new palette is all it takes to change the
theme while the program runs. Qt's own switch may do nothing (platform.md#colour-scheme), hence our palettes
on the Fusion style everywhere. Widgets that move ask `motion` whether they may.

Python makes the names of `Qt` and `QStyle` when they are first imported, which takes longer than all else
the first picture does; it does without them.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from enum import Enum
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractAnimation, QObject, QVariantAnimation, Signal
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

if TYPE_CHECKING:
    from softphone.wording.presentation import Tone


class ThemeChoice(Enum):
    """What a person may choose."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """The colours of one theme, as `#RRGGBB`. What contrast they must have: interface.md#colours."""

    window: str
    card: str
    text: str
    secondary: str
    subtle: str  # card borders and rules: decoration, carries no meaning
    border: str  # borders of controls
    accent: str  # primary button, focus ring
    accent_hover: str
    accent_pressed: str
    on_accent: str
    hover: str
    pressed: str
    selected: str  # ground of a row, chip or segment that is chosen
    disabled: str
    danger_hover: str
    danger_pressed: str
    inverse: str  # ground of toast, tooltip and replay
    on_inverse: str
    link_on_inverse: str
    bar_good: str
    bar_caution: str
    bar_bad: str
    bar_off: str
    good: str
    good_tint: str
    caution: str
    caution_tint: str
    busy: str
    busy_tint: str
    neutral: str
    neutral_tint: str
    bad: str
    bad_tint: str
    ask: str
    ask_tint: str

    def ink(self, tone: "Tone") -> QColor:
        """The colour of a tone's shape and words."""
        return QColor(getattr(self, tone.value))

    def tint(self, tone: "Tone") -> QColor:
        """The colour behind them in a pill or banner."""
        return QColor(getattr(self, f"{tone.value}_tint"))


LIGHT = Tokens(
    window="#F5F6F8",
    card="#FFFFFF",
    text="#1B1D22",
    secondary="#545B66",
    subtle="#DDE0E6",
    border="#7C838E",
    accent="#0B5CAD",
    accent_hover="#094C90",
    accent_pressed="#073D75",
    on_accent="#FFFFFF",
    hover="#E9ECF1",
    pressed="#DCE0E7",
    selected="#E4EFFB",
    disabled="#9097A1",
    danger_hover="#95201A",
    danger_pressed="#791A14",
    inverse="#2B2E35",
    on_inverse="#F5F6F8",
    link_on_inverse="#9CC9F8",
    bar_good="#2A9D62",
    bar_caution="#B86E00",
    bar_bad="#B3261E",
    bar_off="#7C838E",
    good="#0B6B3A",
    good_tint="#E3F5EA",
    caution="#8A4B00",
    caution_tint="#FDF0DA",
    busy="#0B5CAD",
    busy_tint="#E4EFFB",
    neutral="#545B66",
    neutral_tint="#ECEEF1",
    bad="#B3261E",
    bad_tint="#FCE7E5",
    ask="#6B3FA0",
    ask_tint="#F1E9FA",
)
DARK = Tokens(
    window="#16181C",
    card="#1F2126",
    text="#ECEEF2",
    secondary="#A9B1BD",
    subtle="#33373F",
    border="#757D8A",
    accent="#7DB8F5",
    accent_hover="#9CC9F8",
    accent_pressed="#BBDAFB",
    on_accent="#0E1116",
    hover="#2A2D34",
    pressed="#353942",
    selected="#1B2A3A",
    disabled="#6A717C",
    danger_hover="#FFB3AD",
    danger_pressed="#FFCAC6",
    inverse="#ECEEF2",
    on_inverse="#1B1D22",
    link_on_inverse="#0B5CAD",
    bar_good="#3FB877",
    bar_caution="#F2B544",
    bar_bad="#FF9B93",
    bar_off="#757D8A",
    good="#5BD491",
    good_tint="#12301F",
    caution="#F2B544",
    caution_tint="#38280A",
    busy="#7DB8F5",
    busy_tint="#102A45",
    neutral="#A9B1BD",
    neutral_tint="#2C2F36",
    bad="#FF9B93",
    bad_tint="#43191A",
    ask="#C9A7F5",
    ask_tint="#2E2140",
)

STYLE = "Fusion"
_TOOLTIP_SIZE = 12 / 13  # as parts of the body's


def tokens(of: QPalette) -> Tokens:
    """Return the colours that belong to a widget's palette.

    Known by the link's: the style sheet changes the grounds in the palettes of what it draws.
    """
    return DARK if of.color(QPalette.ColorRole.Link) == QColor(DARK.accent) else LIGHT


def resized(font: QFont, factor: float, weight: QFont.Weight | None = None) -> QFont:
    """Return `font` scaled by `factor` in points, so that it follows the system's text size."""
    other = QFont(font)
    other.setPointSizeF(font.pointSizeF() * factor)
    if weight is not None:
        other.setWeight(weight)
    return other


def restyle(widget: QWidget, **properties: object) -> None:
    """Give a widget properties that the style sheet goes by, and have it drawn anew."""
    for name, value in properties.items():
        widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.updateGeometry()
    widget.update()


def resource(name: str) -> Path:
    """Return the path of a shipped file: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parents[2]
    installed = package / "resources" / name
    return installed if installed.exists() else package.parent / "resources" / name


class Theme(QObject):
    """The application's look. Make one, before the first widget; one that is made later takes its place.

    Signals:
        changed(): the colours are other ones now.
    """

    changed: Signal = Signal()

    def __init__(self, app: QApplication, choice: ThemeChoice = ThemeChoice.SYSTEM) -> None:
        super().__init__(app)
        self._app = app
        self._choice = choice
        self._template = Template(resource("theme.qss").read_text(encoding="utf-8"))
        self._shown: Tokens | None = None
        app.setStyle(STYLE)
        font = app.font()
        font.setFeature(QFont.Tag("tnum"), 1)  # figures that tick do not move their neighbours
        app.setFont(font)
        QToolTip.setFont(resized(font, _TOOLTIP_SIZE))
        app.styleHints().colorSchemeChanged.connect(self._apply)
        self._apply()

    @property
    def choice(self) -> ThemeChoice:
        """What was chosen."""
        return self._choice

    @property
    def system_is_known(self) -> bool:
        """Qt knows whether the system is light or dark; otherwise SYSTEM looks light."""
        from PySide6.QtCore import Qt

        return self._app.styleHints().colorScheme() != Qt.ColorScheme.Unknown

    def choose(self, choice: ThemeChoice) -> None:
        """Change the look now, without a restart."""
        self._choice = choice
        self._apply()

    def _apply(self) -> None:
        dark = self._choice is ThemeChoice.DARK
        if self._choice is ThemeChoice.SYSTEM:
            from PySide6.QtCore import Qt

            dark = self._app.styleHints().colorScheme() == Qt.ColorScheme.Dark
        wanted = DARK if dark else LIGHT
        if wanted is self._shown:
            return
        self._shown = wanted
        self._app.setPalette(palette_of(wanted))
        self._app.setStyleSheet(
            self._template.substitute(
                {field.name: getattr(wanted, field.name) for field in fields(wanted)},
                pictures=resource("theme").as_posix() + ("/dark" if wanted is DARK else "/light"),
            )
        )
        self.changed.emit()


def palette_of(colours: Tokens) -> QPalette:
    """Return the palette of a theme."""
    role = QPalette.ColorRole
    palette = QPalette()
    for name, colour in {
        role.Window: colours.window,
        role.WindowText: colours.text,
        role.Base: colours.card,
        role.AlternateBase: colours.hover,
        role.Text: colours.text,
        role.PlaceholderText: colours.secondary,
        role.Button: colours.card,
        role.ButtonText: colours.text,
        role.BrightText: colours.on_accent,
        role.ToolTipBase: colours.inverse,
        role.ToolTipText: colours.on_inverse,
        role.Link: colours.accent,
        role.LinkVisited: colours.accent,
        role.Accent: colours.accent,
        role.Highlight: colours.accent,
        role.HighlightedText: colours.on_accent,
        role.Light: colours.card,
        role.Midlight: colours.subtle,
        role.Mid: colours.border,
        role.Dark: colours.border,
        role.Shadow: colours.border,
    }.items():
        palette.setColor(name, QColor(colour))
    for name in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, name, QColor(colours.disabled))
    return palette


class MotionChoice(Enum):
    """What a person may choose; the value is what the setting "reduced motion" holds."""

    SYSTEM = "system"
    REDUCED = "on"
    FULL = "off"


class Motion(QObject):
    """The choice of this process.

    Signals:
        changed(): ask again.
    """

    changed: Signal = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._choice = MotionChoice.SYSTEM

    @property
    def choice(self) -> MotionChoice:
        """What was chosen."""
        return self._choice

    def choose(self, choice: MotionChoice) -> None:
        """Move, or keep still, from now on."""
        if choice is not self._choice:
            self._choice = choice
            self.changed.emit()

    def is_reduced(self, widget: QWidget) -> bool:
        """Whether a widget keeps still."""
        if self._choice is not MotionChoice.SYSTEM:
            return self._choice is MotionChoice.REDUCED
        return self.system_is_reduced(widget)

    def system_is_reduced(self, widget: QWidget) -> bool:
        """Whether the system wishes widgets to keep still: Qt tells it as an animation time of nothing."""
        from PySide6.QtWidgets import QStyle

        duration_ms = widget.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration, None, widget)
        return duration_ms <= 0


motion: Motion = Motion()

FADE_MS = 150


def mixed(one: QColor, other: QColor, part: float) -> QColor:
    """Return the colour that lies this part of the way from one to the other."""
    pairs = ((one.red(), other.red()), (one.green(), other.green()), (one.blue(), other.blue()))
    return QColor(*(round(a + (b - a) * part) for a, b in pairs))


class ToneFade(QVariantAnimation):
    """The tone of a widget, which turns into another one in a moment; at once while nobody sees it."""

    def __init__(self, widget: QWidget, tone: "Tone") -> None:
        super().__init__(widget)
        self._widget = widget
        self._before = self._tone = tone
        self.setDuration(FADE_MS)
        self.setStartValue(0.0)
        self.setEndValue(1.0)
        self.valueChanged.connect(lambda _: widget.update())

    def become(self, tone: "Tone") -> None:
        """Turn into this tone."""
        if tone is self._tone:
            return
        self._before, self._tone = self._tone, tone
        self.stop()
        if self._widget.isVisible() and not motion.is_reduced(self._widget):
            self.start()
        self._widget.update()

    @property
    def ink(self) -> QColor:
        """The colour of shape and words now."""
        return self._mixed(Tokens.ink)

    @property
    def tint(self) -> QColor:
        """The colour behind them now."""
        return self._mixed(Tokens.tint)

    def _mixed(self, colour_of: "Callable[[Tokens, Tone], QColor]") -> QColor:
        colours = tokens(self._widget.palette())
        new = colour_of(colours, self._tone)
        if self.state() is not QAbstractAnimation.State.Running:
            return new
        return mixed(colour_of(colours, self._before), new, float(self.currentValue()))
