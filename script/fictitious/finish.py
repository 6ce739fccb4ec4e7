"""Turns ink coverage into a coloured page with rules, a stamp and a signature."""

from math import sin

from PIL import Image, ImageDraw

from fictitious.canvas import Canvas
from fictitious.sheet import Sheet, Style
from fictitious.typefaces import Face, font

INK_COLOURS = [(25, 35, 110), (20, 20, 30), (30, 30, 130)]
STAMP_COLOURS = [(150, 30, 40), (40, 50, 150), (60, 20, 110)]
STAMP_WORDS = [("CARTÓRIO", "FICTÍCIO"), ("CONFERE COM", "O ORIGINAL"), ("PROTOCOLO", "DE TESTE")]
SIGNATURE_INK = (30, 40, 120)


def compose(canvas: Canvas, sheet: Sheet) -> Image.Image:
    """Return the page as RGB; stamp and signature are marks, not part of the text."""
    random = canvas.random
    paper = (random.randint(244, 255), random.randint(240, 253), random.randint(228, 250))
    page = Image.new("RGB", (canvas.width, canvas.height), paper)
    draw = ImageDraw.Draw(page)
    for rule in canvas.rules:
        draw.line(rule, fill=(160, 160, 150) if sheet.ruled else (90, 90, 90), width=1)
    ink = (random.randint(10, 40),) * 3
    if sheet.category == "handwritten":
        ink = random.choice(INK_COLOURS)
    page.paste(Image.new("RGB", page.size, ink), (0, 0), canvas.ink)
    if sheet.stamped:
        _stamp(page, canvas)
        _sign(draw, canvas, sheet)
    return page


def _stamp(page: Image.Image, canvas: Canvas) -> None:
    random, radius = canvas.random, int(canvas.pixels(42))
    seal = Image.new("L", (radius * 2 + 8,) * 2, 0)
    draw = ImageDraw.Draw(seal)
    draw.ellipse((4, 4, radius * 2, radius * 2), outline=200, width=3)
    draw.ellipse((16, 16, radius * 2 - 12, radius * 2 - 12), outline=190, width=2)
    letters = font(Face.SANS, int(canvas.pixels(8)), bold=True)
    for text, shift in zip(random.choice(STAMP_WORDS), (-0.25, 0.05), strict=True):
        at = (radius - letters.getlength(text) / 2, radius + radius * shift)
        draw.text(at, text, font=letters, fill=210)
    seal = seal.rotate(random.uniform(-25, 25)).point(lambda value: int(value * 0.8))
    x, y = random.uniform(0.62, 0.7) * page.width, random.uniform(0.74, 0.8) * page.height
    colour = Image.new("RGB", seal.size, random.choice(STAMP_COLOURS))
    page.paste(colour, (int(x), int(y)), seal)


def _sign(draw: ImageDraw.ImageDraw, canvas: Canvas, sheet: Sheet) -> None:
    named = [block.text for block in sheet.blocks if block.style == Style.CENTRE]
    (left, top), (right, _), *_ = next(
        line.quad for line in canvas.lines if line.zone == "body" and line.text == named[-2]
    )
    x, y = (left + right) / 2 - canvas.pixels(60), top - canvas.pixels(8)
    stroke = [
        (
            x + step * canvas.pixels(2) + canvas.random.uniform(-3, 3),
            y + sin(step * 0.55) * canvas.pixels(11) * canvas.random.uniform(0.3, 1),
        )
        for step in range(60)
    ]
    draw.line(stroke, fill=SIGNATURE_INK, width=max(1, canvas.dpi // 75), joint="curve")
