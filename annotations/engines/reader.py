"""Find the words of a page and sort them into zones: what the words job runs for every page."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image

from annotations.content import ZONES, PageContent
from annotations.engines.leaders import find_leaders, with_leaders
from annotations.engines.margins import read_strip, score, strips_beside, with_angle
from annotations.engines.placed import Placed
from annotations.engines.rules import find_rules
from annotations.engines.tesseract_process import (
    READ_SECONDS,
    SAUVOLA,
    Reading,
    program_version,
    read_tsv,
)
from annotations.engines.tsv import Layout, Line, line_height, parse_tsv
from annotations.engines.upright import Upright
from annotations.engines.words import Box, Region, Word, Words, around, trust_in
from annotations.engines.zones import RULE_REACH, Zoned, sort_into_zones

# Moves whenever the rules of this room change what a page's words or zones are.
RULES_VERSION = "2"
# Page segmentation of a margin strip: one block of lines.
STRIP_PSM = 6
# Formats of canonical images.
IMAGE_FORMATS = ("JPEG", "PNG", "WEBP")
# A line without a letter or digit, read with less than this, is a stain or a stroke.
STAIN_TRUST = 0.6
# Writing read with less than this is not read better by trying again (charters 0.2 to 0.3, the
# worst page of modern handwriting 0.44), where it has this many characters; fewer may be pale.
FOREIGN_TRUST, MUCH_WRITING = 0.35, 200
# The turned reading of a strip replaces the first one unless it is worse than this share of it.
NO_WORSE = 0.9
# A page read with this mean confidence is not read again (clean print reads with 0.93 and more).
SURE_TRUST = 0.92


@dataclass(frozen=True)
class WordReader:
    """Tesseract with this room's rules; `language` as in `por` or `por+eng`."""

    language: str = "por"
    psm: int = 3
    seconds: float = READ_SECONDS

    @property
    def version(self) -> str:
        """Return what makes two layouts comparable: program, language, mode and rules."""
        return f"tesseract {program_version()} {self.language} psm{self.psm} r{RULES_VERSION}"

    def read(self, image_path: Path, *, dpi: int | None = None) -> Words:
        """Read one canonical image; takes about a second per A4 page.

        Raises TesseractError.
        """
        with Image.open(image_path, formats=IMAGE_FORMATS) as image:
            grey = image.convert("L")
            layout = self._read_layout(image_path, grey, dpi)
            usual = line_height(layout.lines)

            def look_for_rules(upright: Upright, body: Box) -> list[Box]:
                return find_rules(grey, upright, body, usual, RULE_REACH)

            zoned = sort_into_zones(layout, *image.size, look_for_rules)
            self._read_margins(grey, zoned, layout)
        return _numbered(zoned, self.version)

    def _read_layout(self, image_path: Path, grey: Image.Image, dpi: int | None) -> Layout:
        """Read the page; where it has leaders, once more without them, and put them back."""
        first = self._read_once(image_path, Reading(self.language, self.psm, dpi))
        if _is_foreign(first):
            return first
        usual = line_height(first.lines)
        leaders, clean = find_leaders(grey, usual)
        if not leaders:
            return self._read_doubts(image_path, first, dpi)
        without = io.BytesIO()
        clean.save(without, "PNG", compress_level=1)
        source = without.getvalue()
        first = self._read_once(source, Reading(self.language, self.psm, dpi))
        return with_leaders(self._read_doubts(source, first, dpi), leaders, usual)

    def _read_doubts(self, image: Path | bytes, first: Layout, dpi: int | None) -> Layout:
        """Read once more with another threshold when the first reading is doubtful.

        The better reading's lines are kept, the drawn lines of both.
        """
        if trust_in(_words(first)) >= SURE_TRUST or _is_foreign(first):
            return first
        second = self._read_once(image, Reading(self.language, self.psm, dpi, SAUVOLA))
        better = max(first, second, key=_yield)
        return Layout(better.lines, first.rules + second.rules)

    def _read_once(self, image: Path | bytes, reading: Reading) -> Layout:
        return _without_stains(parse_tsv(read_tsv(image, reading, seconds=self.seconds)))

    def _read_margins(self, image: Image.Image, zoned: Zoned, layout: Layout) -> None:
        """Replace what was read in each strip beside the body by its turned reading, if any."""
        if not layout.lines or _is_foreign(layout):
            return

        def read(data: bytes) -> str:
            return read_tsv(data, Reading(self.language, STRIP_PSM), seconds=self.seconds)

        pad = line_height(layout.lines) / 2
        for strip in strips_beside(zoned.body, *image.size, pad):
            turned = read_strip(image, strip, zoned.upright, read)
            inside = [item for item in zoned.margin if strip.holds(item.box)]
            seen = [item.line for item in inside]
            if score(turned) >= NO_WORSE * score(seen):
                seen = turned
            notes = [Placed(line, line.box, line.box.middle[1]) for line in map(with_angle, seen)]
            zoned.margin = [item for item in zoned.margin if item not in inside] + notes


def read_words(image_path: Path, *, dpi: int | None = None) -> Words:
    """Read one canonical image with the house's settings. Raises TesseractError."""
    return WordReader().read(image_path, dpi=dpi)


def _words(layout: Layout) -> list[Word]:
    return [word for line in layout.lines for word in line.words]


def _is_foreign(layout: Layout) -> bool:
    """Tell whether the page holds much writing of a kind that this program cannot read."""
    words = _words(layout)
    return trust_in(words) < FOREIGN_TRUST and sum(len(word.text) for word in words) >= MUCH_WRITING


def _yield(layout: Layout) -> float:
    """Return how much was read: characters, weighted by how far they pass an even chance."""
    return sum(len(word.text) * max(word.confidence - 0.5, 0) for word in _words(layout))


def _without_stains(layout: Layout) -> Layout:
    lines = [
        line
        for line in layout.lines
        if any(char.isalnum() for char in line.text) or trust_in(line.words) >= STAIN_TRUST
    ]
    return Layout(lines, layout.rules)


def _numbered(zoned: Zoned, version: str) -> Words:
    """Number the lines in the order of the zones and form a region of each zone's blocks."""
    words: list[Word] = []
    regions: list[Region] = []
    texts: dict[str, str] = {}
    count = 0
    for zone in ZONES:
        placed: list[Placed] = getattr(zoned, zone)
        texts[zone] = "\n".join(item.line.text for item in placed)
        for group in _groups([item.line for item in placed]):
            numbered = [
                replace(word, line_key=count + number)
                for number, line in enumerate(group)
                for word in line.words
            ]
            words += numbered
            regions.append(_region(zone, numbered))
            count += len(group)
    zones = PageContent(
        header=texts["header"] or None,
        margin=texts["margin"] or None,
        footer=texts["footer"] or None,
        text=texts["text"],
    )
    return Words(tuple(words), tuple(regions), version, zones)


def _groups(lines: Sequence[Line]) -> list[list[Line]]:
    """Split lines where the block or the angle changes."""
    groups: list[list[Line]] = []
    for line in lines:
        key = line.block, line.words[0].angle
        if groups and key == (groups[-1][-1].block, groups[-1][-1].words[0].angle):
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def _region(zone: str, words: Sequence[Word]) -> Region:
    return Region(
        box=around([word.box for word in words]),
        zone=zone,
        trust=trust_in(words),
        angle=words[0].angle,
        first_line=words[0].line_key,
        last_line=words[-1].line_key,
    )
