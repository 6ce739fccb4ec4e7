"""A page to draw on: ink coverage in pixels, and a record of every line that was set."""

from dataclasses import dataclass
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFont

from fictitious.typefaces import Face, font

A4_MM = (210, 297)
MM_PER_INCH, POINTS_PER_INCH = 25.4, 72
Point = tuple[float, float]
Quad = tuple[Point, Point, Point, Point]


@dataclass(frozen=True)
class SetLine:
    """One line of text in a zone, with its corners (pixels, clockwise from the text's start)."""

    zone: str
    text: str
    quad: Quad


@dataclass(frozen=True)
class Type:
    """A face at a size in points."""

    face: Face
    points: float
    bold: bool = False


class Canvas:
    """An A4 sheet at `dpi`, empty."""

    def __init__(self, random: Random, dpi: int) -> None:
        self.random, self.dpi = random, dpi
        self.width, self.height = (int(side / MM_PER_INCH * dpi) for side in A4_MM)
        self.ink = Image.new("L", (self.width, self.height), 0)
        self.lines: list[SetLine] = []
        self.rules: list[tuple[float, float, float, float]] = []

    def pixels(self, points: float) -> float:
        """Convert a length in points."""
        return points * self.dpi / POINTS_PER_INCH

    def measure(self, text: str, kind: Type) -> float:
        """Return the width of `text` in pixels."""
        return self._font(kind).getlength(text)

    def fit(self, text: str, kind: Type, width: float) -> Type:
        """Return `kind`, made smaller until `text` fits in `width` pixels."""
        while self.measure(text, kind) > width:
            kind = Type(kind.face, kind.points - 0.25, kind.bold)
        return kind

    def wrap(self, text: str, kind: Type, width: float, indent: float = 0) -> list[str]:
        """Break `text` into lines of at most `width` pixels, the first shorter by `indent`."""
        lines, current, room = [], "", width - indent
        for word in text.split(" "):
            longer = f"{current} {word}".strip()
            if current and self.measure(longer, kind) > room:
                lines.append(current)
                current, room = word, width
            else:
                current = longer
        return [*lines, current] if current else lines

    def write(self, zone: str, text: str, at: Point, kind: Type, *, sway: float = 0) -> None:
        """Set one line with its top left corner at `at`; `sway` moves words up and down."""
        loaded, draw = self._font(kind), ImageDraw.Draw(self.ink)
        left, top = at
        x = left
        for word in text.split(" ") if sway else [text]:
            dark = self.random.randint(205, 255) if sway else 255
            draw.text((x, top + self.random.uniform(-sway, sway)), word, font=loaded, fill=dark)
            x += loaded.getlength(f"{word} ") if sway else loaded.getlength(word)
        right, bottom = left + loaded.getlength(text), top + sum(loaded.getmetrics())
        quad = ((left, top), (right, top), (right, bottom), (left, bottom))
        self.lines.append(SetLine(zone, text, quad))

    def write_upwards(self, zone: str, text: str, at: tuple[int, int], kind: Type) -> None:
        """Set one line turned by 90°, reading upwards; `at` is the top left of its box."""
        loaded = self._font(kind)
        length, thickness = int(loaded.getlength(text)) + 4, sum(loaded.getmetrics())
        strip = Image.new("L", (length, thickness), 0)
        ImageDraw.Draw(strip).text((0, 0), text, font=loaded, fill=235)
        strip = strip.transpose(Image.Transpose.ROTATE_90)
        left, top = at
        right, bottom = left + thickness, top + length
        under = self.ink.crop((left, top, right, bottom))
        self.ink.paste(ImageChops.lighter(under, strip), at)
        quad = ((left, bottom), (left, top), (right, top), (right, bottom))
        self.lines.append(SetLine(zone, text, quad))

    def _font(self, kind: Type) -> ImageFont.FreeTypeFont:
        return font(kind.face, round(self.pixels(kind.points)), bold=kind.bold)
