"""Sets a sheet on a canvas: header centred, body in one or two columns, footer, turned margin."""

from dataclasses import dataclass

from fictitious.canvas import Canvas, Type
from fictitious.sheet import Block, Sheet, Style
from fictitious.typefaces import HAND_SCALE, HANDS, PRINTED, Face

NOTICE = "DOCUMENTO FICTÍCIO, FEITO PARA DEMONSTRAÇÃO — SEM VALOR LEGAL"
LEADING = 1.32
# Left edges of a table's cells, as shares of the measure.
CELL_EDGES = (0.0, 0.60, 0.70, 0.85)
HANDWRITTEN = (Style.HAND, Style.HAND_RIGHT)


@dataclass
class Column:
    """Where the body goes: edges in pixels and the height reached so far."""

    left: float
    right: float
    top: float

    @property
    def width(self) -> float:
        """Return the measure in pixels."""
        return self.right - self.left


class Typesetter:
    """Chooses faces and sizes for one sheet and sets it, top to bottom."""

    def __init__(self, sheet: Sheet, canvas: Canvas) -> None:
        random = canvas.random
        self.sheet, self.canvas = sheet, canvas
        self.face = Face.SERIF if sheet.columns > 1 else random.choice(PRINTED)
        self.hand = random.choice(HANDS)
        self.size = 9.5 if sheet.columns > 1 else random.choice([10.5, 11, 11.5, 12])
        self.left = canvas.width * random.uniform(0.11, 0.14)
        self.right = canvas.width * random.uniform(0.88, 0.91)

    def set(self) -> None:
        """Set all four zones."""
        bottom = self._body(self._header())
        self._footer(bottom)
        self._margin()

    def _header(self) -> float:
        y = self.canvas.height * self.canvas.random.uniform(0.045, 0.06)
        for number, text in enumerate(self.sheet.header):
            kind = Type(self.face, self.size + (1.5 if number == 0 else 0), bold=True)
            kind = self.canvas.fit(text, kind, self.right - self.left)
            self._centred("header", text, y, kind)
            y += self.canvas.pixels(kind.points) * 1.3
        if not self.sheet.header:
            return y + self.canvas.pixels(20)
        y += self.canvas.pixels(4)
        self.canvas.rules.append((self.left, y, self.right, y))
        return y + self.canvas.pixels(14)

    def _body(self, top: float) -> float:
        gutter = self.canvas.pixels(18) if self.sheet.columns > 1 else 0
        width = (self.right - self.left - gutter) / self.sheet.columns
        share = -(-len(self.sheet.blocks) // self.sheet.columns)
        bottom = top
        for number in range(self.sheet.columns):
            left = self.left + number * (width + gutter)
            column = Column(left, left + width, top)
            for block in self.sheet.blocks[number * share : (number + 1) * share]:
                self._block(block, column)
            bottom = max(bottom, column.top)
        return bottom

    def _block(self, block: Block, column: Column) -> None:
        if block.style == Style.SPACE:
            column.top += self.canvas.pixels(self.size) * LEADING * block.lines
        elif block.style == Style.ROW:
            self._row(block, column)
        elif block.style in HANDWRITTEN:
            self._handwriting(block, column)
        else:
            self._print(block, column)

    def _row(self, block: Block, column: Column) -> None:
        kind = Type(self.face, self.size - 1)
        for edge, text in zip(CELL_EDGES, block.cells, strict=True):
            self.canvas.write("body", text, (column.left + column.width * edge, column.top), kind)
        column.top += self.canvas.pixels(self.size) * LEADING + 3
        self.canvas.rules.append((column.left, column.top - 3, column.right, column.top - 3))

    def _handwriting(self, block: Block, column: Column) -> None:
        canvas, kind = self.canvas, Type(self.hand, self.size * HAND_SCALE)
        height = canvas.pixels(kind.points)
        for text in canvas.wrap(block.text, kind, column.width * 0.97):
            x = column.left + canvas.random.uniform(-3, 8)
            if block.style == Style.HAND_RIGHT:
                x = column.right - canvas.measure(text, kind)
            canvas.write("body", text, (x, column.top), kind, sway=height * 0.05)
            if self.sheet.ruled:
                rule = column.top + height * 1.25
                canvas.rules.append((column.left, rule, column.right, rule))
            column.top += height * LEADING

    def _print(self, block: Block, column: Column) -> None:
        canvas, title = self.canvas, block.style == Style.TITLE
        kind = Type(self.face, self.size + (2 if title else 0), bold=title)
        indent = canvas.pixels(28) if block.style == Style.PARAGRAPH else 0
        for number, text in enumerate(canvas.wrap(block.text, kind, column.width, indent)):
            spare = column.width - canvas.measure(text, kind)
            shift = {Style.CENTRE: spare / 2, Style.TITLE: spare / 2, Style.RIGHT: spare}
            x = column.left + shift.get(block.style, 0 if number else indent)
            canvas.write("body", text, (x, column.top), kind)
            column.top += canvas.pixels(kind.points) * LEADING

    def _footer(self, bottom: float) -> None:
        lines = [*self.sheet.footer, NOTICE]
        kind = Type(self.face, self.size - 2.5)
        step = self.canvas.pixels(kind.points) * 1.25
        y = max(self.canvas.height * 0.955 - step * len(lines), bottom + self.canvas.pixels(8))
        rule = y - self.canvas.pixels(3)
        self.canvas.rules.append((self.left, rule, self.right, rule))
        for text in lines:
            fitted = self.canvas.fit(text, kind, self.right - self.left)
            self._centred("footer", text, y, fitted)
            y += step

    def _margin(self) -> None:
        canvas, handwritten = self.canvas, self.sheet.category == "handwritten"
        on_left = canvas.random.choice([True, False])
        kind = Type(self.hand if handwritten else self.face, self.size - 3)
        if handwritten:
            kind = Type(self.hand, kind.points * HAND_SCALE)
        step = int(canvas.pixels(kind.points) * 1.5)
        for number, text in enumerate(self.sheet.margin):
            fitted = canvas.fit(text, kind, canvas.height * 0.8)
            top = int(canvas.height * 0.5 - canvas.measure(text, fitted) / 2)
            edge = canvas.width * 0.025 + number * step
            if not on_left:
                edge = canvas.width * 0.965 - (len(self.sheet.margin) - number) * step
            canvas.write_upwards("margin", text, (int(edge), top), fitted)

    def _centred(self, zone: str, text: str, y: float, kind: Type) -> None:
        x = (self.left + self.right - self.canvas.measure(text, kind)) / 2
        self.canvas.write(zone, text, (x, y), kind)
