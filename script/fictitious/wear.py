"""What years and a scanner do to a page: tilt, shadow, fold, holes, blur, grain, specks."""

from dataclasses import dataclass
from math import cos, radians, sin
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from fictitious.canvas import Point, Quad

WEAR = {"none": 0.0, "light": 0.5, "medium": 1.0, "heavy": 1.8}


@dataclass(frozen=True)
class Worn:
    """A page after its years, its lines' corners moved along, and the JPEG quality it deserves."""

    image: Image.Image
    quads: list[Quad]
    jpeg_quality: int


def wear(page: Image.Image, quads: list[Quad], random: Random, level: str) -> Worn:
    """Age a page by a level of `WEAR`."""
    strength = WEAR[level]
    if not strength:
        return Worn(page, quads, 92)
    angle = random.uniform(-1.2, 1.2) * strength
    page, quads = _tilt(page, quads, angle)
    if random.choice([True, False]):
        page = _shadow(page, random, strength)
    _marks(page, random, strength)
    page = page.filter(ImageFilter.GaussianBlur(random.uniform(0.25, 0.7) * strength))
    page = _grain(page, random, strength)
    return Worn(page, quads, int(max(30, 72 - 18 * strength + random.uniform(-6, 6))))


def _tilt(page: Image.Image, quads: list[Quad], angle: float) -> tuple[Image.Image, list[Quad]]:
    paper = page.getpixel((2, 2))
    turned = page.rotate(angle, resample=Image.Resampling.BICUBIC, fillcolor=paper)
    cosine, sine = cos(radians(angle)), sin(radians(angle))
    middle_x, middle_y = page.width / 2, page.height / 2

    def turn(point: Point) -> Point:
        x, y = point[0] - middle_x, point[1] - middle_y
        return middle_x + x * cosine + y * sine, middle_y - x * sine + y * cosine

    return turned, [(turn(a), turn(b), turn(c), turn(d)) for a, b, c, d in quads]


def _shadow(page: Image.Image, random: Random, strength: float) -> Image.Image:
    slope = Image.linear_gradient("L").rotate(random.choice([0, 90, 180, 270])).resize(page.size)
    slope = slope.point(lambda value: 255 - int(value * 0.16 * strength))
    return ImageChops.multiply(page, Image.merge("RGB", (slope,) * 3))


def _marks(page: Image.Image, random: Random, strength: float) -> None:
    draw = ImageDraw.Draw(page)
    if random.random() < 0.3 * strength:
        y = page.height // 2 + random.randint(-40, 40)
        draw.line((0, y, page.width, y + random.randint(-6, 6)), fill=(190, 185, 175), width=2)
    if random.random() < 0.3:  # noqa: PLR2004 - three pages in ten were in a binder
        for share in (0.36, 0.64):
            x, y = int(page.width * 0.02), int(page.height * share)
            draw.ellipse((x, y - 14, x + 28, y + 14), fill=(70, 70, 72))
    for _ in range(int(45 * strength)):
        x, y = random.randrange(page.width), random.randrange(page.height)
        side = random.randint(1, 2)
        draw.rectangle((x, y, x + side, y + side), fill=(random.randint(50, 130),) * 3)


def _grain(page: Image.Image, random: Random, strength: float) -> Image.Image:
    """Lay seeded noise over the page; Pillow's own noise has no seed, and pages must repeat."""
    side = 256
    tile = Image.frombytes("L", (side, side), random.randbytes(side * side))
    tile = tile.filter(ImageFilter.GaussianBlur(0.6)).point(lambda v: 128 + int((v - 128) * 0.35))
    noise = Image.new("L", page.size)
    for x in range(0, page.width, side):
        for y in range(0, page.height, side):
            turn = Image.Transpose(random.randrange(7))
            noise.paste(tile.transpose(turn), (x, y))
    grainy = ImageChops.overlay(page, Image.merge("RGB", (noise,) * 3))
    return Image.blend(page, grainy, min(0.7, 0.4 * strength))
