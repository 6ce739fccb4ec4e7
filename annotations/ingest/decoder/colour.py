"""Turn any pixels into 8-bit sRGB, or 8-bit gray where there is no colour."""

import io
import math

from PIL import Image, ImageChops, ImageCms

from annotations.ingest.decoder.failures import DecodeFailure, Reason

WHITE = 255
# Bit depths that scanners store inside wider samples; the smallest that holds the brightest pixel.
SAMPLE_BITS = (8, 10, 12, 14, 16, 32)
# A page is compared channel by channel only when a coarse look found no colour.
COARSE_GRID = (64, 64)


def to_srgb(image: Image.Image) -> Image.Image:
    """Return the loaded image as mode `L` or `RGB`, alpha flattened on white, profile applied.

    Raises `DecodeFailure(UNSUPPORTED_PIXELS)` for pixels that no rule here can show.
    """
    profile = image.info.get("icc_profile")
    flat = _flattened(_eight_bits(image))
    if isinstance(profile, bytes) and flat.mode != "L":
        # A gray profile bends a tone curve; it does not change what can be read.
        flat = _from_profile(flat, profile)
    if flat.mode not in {"L", "RGB"}:
        try:
            flat = flat.convert("RGB")
        except ValueError as error:
            raise DecodeFailure(Reason.UNSUPPORTED_PIXELS) from error
    return _gray_if_colourless(flat)


def _eight_bits(image: Image.Image) -> Image.Image:
    if image.mode == "1":
        return image.convert("L")
    if image.mode == "F" or image.mode.startswith("I"):
        wide = image if image.mode in {"I", "F"} else image.convert("I")
        scale = WHITE / _brightest(wide)
        return wide.point(lambda value: value * scale).convert("L")
    return image


def _brightest(image: Image.Image) -> float:
    """Return the value that stands for white in samples wider than eight bits."""
    top = image.getextrema()[1]
    if not isinstance(top, int | float) or not math.isfinite(top):
        raise DecodeFailure(Reason.UNSUPPORTED_PIXELS)
    if image.mode == "F" and top <= 1:
        return 1.0
    return float(next((2**bits - 1 for bits in SAMPLE_BITS if top < 2**bits), top))


def _flattened(image: Image.Image) -> Image.Image:
    if image.mode == "P" and "transparency" not in image.info:
        return image.convert("RGB")
    if "transparency" in image.info and image.mode in {"P", "L", "RGB"}:
        image = image.convert("RGBA")
    if image.mode == "PA":
        image = image.convert("RGBA")
    if image.mode in {"La", "RGBa"}:
        image = image.convert({"La": "LA", "RGBa": "RGBA"}[image.mode])
    if image.mode not in {"LA", "RGBA"}:
        return image
    plain = {"LA": "L", "RGBA": "RGB"}[image.mode]
    paper = Image.new(plain, image.size, "white")
    paper.paste(image.convert(plain), mask=image.getchannel("A"))
    return paper


def _from_profile(image: Image.Image, profile: bytes) -> Image.Image:
    """Return the image in sRGB; a profile that cannot be used is left aside."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if "srgb" in ImageCms.getProfileDescription(source).lower():
            return image
        converted = ImageCms.profileToProfile(
            image, source, ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image
    return converted or image


def _gray_if_colourless(image: Image.Image) -> Image.Image:
    if image.mode == "L":
        return image
    for sample in (image.resize(COARSE_GRID, Image.Resampling.NEAREST), image):
        red, green, blue = sample.split()
        if any(ImageChops.difference(red, other).getbbox() for other in (green, blue)):
            return image
    return image.getchannel("R")
