"""What a decoded page looks like, whatever its file looked like."""

import io
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image, ImageCms, ImageDraw

from annotations.ingest.decoder import limits
from annotations.ingest.decoding import DecodedPage, Decoder, Undecodable
from annotations.ingest.sniff import sniff

# Enough colours and shades that no page of these tests counts as drawn.
SIZE = (60, 80)


@pytest.fixture(scope="module")
def decoder() -> Iterator[Decoder]:
    with Decoder() as one:
        yield one


class Decode:
    def __init__(self, decoder: Decoder, folder: Path) -> None:
        self.decoder, self.folder = decoder, folder

    def file(self, data: bytes) -> Path:
        path = self.folder / "file"
        path.write_bytes(data)
        return path

    def page(self, data: bytes, number: int = 1) -> DecodedPage:
        with self.decoder.document(self.file(data), sniff(data), self.folder) as document:
            return document.page(number)

    def picture(self, data: bytes, number: int = 1) -> Image.Image:
        picture = Image.open(self.page(data, number).image)
        picture.load()
        return picture


@pytest.fixture
def decode(decoder: Decoder, tmp_path: Path) -> Decode:
    return Decode(decoder, tmp_path)


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def shaded(mode: str = "RGB", size: tuple[int, int] = SIZE) -> Image.Image:
    """Return a picture without pure black or white, redder to the right, darker below."""
    ramp = Image.linear_gradient("L").resize(size).point(lambda v: 30 + v * 180 // 255)
    red = ramp.transpose(Image.Transpose.ROTATE_90).resize(size)
    picture = Image.merge("RGB", (red, ramp, ramp))
    return picture if mode == "RGB" else picture.convert(mode)


def test_gray_pages_stay_gray_and_colour_stays_colour(decode: Decode) -> None:
    assert decode.picture(encoded(shaded("L"), "PNG")).mode == "L"
    assert decode.picture(encoded(shaded("RGB"), "PNG")).mode == "RGB"
    assert decode.picture(encoded(shaded("L").convert("RGB"), "PNG")).mode == "L"


def test_transparency_is_flattened_on_white(decode: Decode) -> None:
    clear = Image.new("RGBA", SIZE, (200, 0, 0, 0))
    assert decode.picture(encoded(clear, "PNG")).getextrema() == (255, 255)
    gray = Image.new("LA", SIZE, (10, 0))
    assert decode.picture(encoded(gray, "PNG")).getextrema() == (255, 255)
    palette = Image.new("P", SIZE, 0)
    palette.putpalette([200, 0, 0])
    assert decode.picture(encoded(palette, "PNG", transparency=0)).getextrema() == (255, 255)


def test_sixteen_bit_gray_is_scaled_and_never_black(decode: Decode) -> None:
    wide = Image.new("I;16", SIZE, 40_000)
    assert decode.picture(encoded(wide, "PNG")).getextrema() == (155, 155)
    twelve_bits = Image.new("I;16", SIZE, 4_000)
    low, high = decode.picture(encoded(twelve_bits, "TIFF")).getextrema()
    assert 245 < low <= high <= 255


def test_cmyk_is_not_inverted(decode: Decode) -> None:
    paper = Image.new("CMYK", SIZE, (0, 0, 0, 20))
    assert decode.picture(encoded(paper, "JPEG")).convert("L").getextrema()[0] > 200


def test_a_colour_profile_is_applied_and_left_behind(decode: Decode) -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    plain = encoded(shaded(), "PNG", icc_profile=lab.tobytes())
    assert b"iCCP" in plain
    page = decode.page(plain)
    assert b"ICC_PROFILE" not in page.image.read_bytes()
    broken = encoded(shaded(), "PNG", icc_profile=b"no profile at all")
    assert decode.picture(broken).size == SIZE


def test_exif_orientation_turns_the_page(decode: Decode) -> None:
    for orientation in (1, 3, 5, 6, 8):
        exif = Image.Exif()
        exif[0x0112] = orientation
        marked = shaded()
        ImageDraw.Draw(marked).rectangle((0, 0, 19, 19), fill=(0, 0, 200))
        turned = decode.picture(encoded(marked, "JPEG", exif=exif, quality=95))
        upright = orientation in {1, 3}
        assert turned.size == (SIZE if upright else SIZE[::-1])
        corner = {1: (5, 5), 3: (-5, -5), 5: (5, 5), 6: (-5, 5), 8: (5, -5)}[orientation]
        spot = (corner[0] % turned.width, corner[1] % turned.height)
        red, _, blue = turned.getpixel(spot)
        assert blue > red + 80, orientation


def test_no_metadata_survives(decode: Decode, shared: Path) -> None:
    exif = Image.Exif()
    exif[0x010E] = "DESCRICAO-SECRETA"
    exif.get_ifd(0x8825)[1] = "S"
    gps = encoded(shaded(), "JPEG", exif=exif, comment=b"COMENTARIO-SECRETO")
    assert b"SECRET" in gps
    page = decode.page(gps)
    for path in (page.image, page.thumbnail):
        data = path.read_bytes()
        assert b"SECRET" not in data
        assert b"Exif" not in data
    odd = (shared / "data" / "odd" / "pillow-exif_gps.jpg").read_bytes()
    page = decode.page(odd)
    assert b"Exif" in odd
    assert b"Exif" not in page.image.read_bytes() + page.thumbnail.read_bytes()
    with Image.open(page.image) as stripped:
        assert not stripped.getexif()


def test_png_text_chunks_are_left_behind(decode: Decode) -> None:
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Author", "AUTORA-SECRETA")
    drawn = Image.new("1", SIZE, 1)
    page = decode.page(encoded(drawn, "PNG", pnginfo=info, dpi=(300, 300)))
    assert page.media_type == "image/png"
    assert b"SECRETA" not in page.image.read_bytes()
    assert page.dpi == 300


@pytest.mark.parametrize(
    ("told", "believed"), [(300, 300), (72, None), (96, None), (1, None), (9_000, None)]
)
def test_only_a_plausible_resolution_is_believed(
    decode: Decode, told: int, believed: int | None
) -> None:
    for kind in ("JPEG", "TIFF", "PNG"):
        assert decode.page(encoded(shaded(), kind, dpi=(told, told))).dpi == believed


def test_drawn_pages_are_kept_exactly_and_photographs_as_jpeg(decode: Decode) -> None:
    drawn = Image.new("1", SIZE, 1)
    ImageDraw.Draw(drawn).line((0, 0, 59, 79), fill=0)
    page = decode.page(encoded(drawn, "TIFF", compression="group4"))
    assert page.media_type == "image/png"
    with Image.open(page.image) as kept:
        assert kept.tobytes() == drawn.convert("L").tobytes()
    assert decode.page(encoded(shaded(), "PNG")).media_type == "image/jpeg"


def test_the_pixel_grid_is_kept_up_to_the_limit_and_scaled_above(
    decode: Decode, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = decode.page(encoded(Image.new("L", (8_000, 6_200), 128), "PNG", dpi=(600, 600)))
    assert (large.width, large.height, large.scaled_down) == (8_000, 6_200, False)
    larger = decode.page(encoded(Image.new("L", (10_000, 7_000), 128), "PNG", dpi=(600, 600)))
    assert larger.scaled_down
    assert 49_900_000 < larger.width * larger.height <= limits.MAX_PAGE_PIXELS
    assert abs(larger.width / larger.height - 10 / 7) < 0.001
    assert larger.dpi == 507


def test_pages_of_a_tiff_are_told_from_its_thumbnails(decode: Decode) -> None:
    from PIL.TiffImagePlugin import ImageFileDirectory_v2

    reduced = ImageFileDirectory_v2()
    reduced[254] = 1
    small = shaded("L", (10, 10))
    small.encoderinfo = {"tiffinfo": reduced}
    data = encoded(shaded("L"), "TIFF", save_all=True, append_images=[small, shaded("L", (40, 30))])
    with decode.decoder.document(decode.file(data), sniff(data), decode.folder) as document:
        assert document.page_count == 2
        assert document.page(2).width == 40


def test_thumbnail_and_hash_tell_pictures_apart(decode: Decode) -> None:
    def page_with_blocks(*tops: int) -> Image.Image:
        page = Image.new("RGB", (600, 800), (240, 238, 230))
        for top in tops:
            ImageDraw.Draw(page).rectangle((60 + top // 4, top, 500, top + 60), fill=(40, 40, 60))
        return page

    letter = page_with_blocks(50, 200, 300, 640)
    first = decode.page(encoded(letter, "JPEG"))
    with Image.open(first.thumbnail) as thumbnail:
        assert thumbnail.size == (192, 256)
    again = decode.page(encoded(letter.resize((300, 400)), "PNG"))
    other = decode.page(encoded(page_with_blocks(100, 420, 500), "JPEG"))
    assert (first.perceptual_hash ^ again.perceptual_hash).bit_count() <= 4
    assert (first.perceptual_hash ^ other.perceptual_hash).bit_count() > 10


def test_a_scan_in_a_pdf_is_rendered_on_its_own_grid(decode: Decode) -> None:
    scan = Image.effect_noise((850, 1100), 60).point(lambda v: max(40, min(215, v)))
    page = decode.page(encoded(scan, "PDF", resolution=100, quality=100))
    assert (page.width, page.height, page.dpi) == (850, 1100, 100)
    rendered = Image.open(page.image)
    rendered.load()
    differences = [abs(a - b) for a, b in zip(rendered.tobytes(), scan.tobytes(), strict=True)]
    assert sum(differences) / len(differences) < 4


def test_a_born_digital_page_is_rendered_at_200_dpi_as_its_rotation_says(decode: Decode) -> None:
    pdf = pypdfium2.PdfDocument.new()
    for turn in (0, 90, 180, 270):
        pdf.new_page(360, 720).set_rotation(turn)
    out = io.BytesIO()
    pdf.save(out)
    sizes = []
    with decode.decoder.document(
        decode.file(out.getvalue()), "application/pdf", decode.folder
    ) as document:
        for number in range(1, document.page_count + 1):
            page = document.page(number)
            sizes.append((page.width, page.height, page.dpi))
    assert sizes == [(1000, 2000, 200), (2000, 1000, 200)] * 2


def test_a_pdf_page_of_absurd_size_is_refused_before_it_is_rendered(decode: Decode) -> None:
    pdf = pypdfium2.PdfDocument.new()
    pdf.new_page(14_400, 14_400)
    out = io.BytesIO()
    pdf.save(out)
    with pytest.raises(Undecodable, match="too_many_pixels"):
        decode.page(out.getvalue())
