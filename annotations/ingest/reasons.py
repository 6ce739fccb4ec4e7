"""Why a document or a page could not be decoded, as codes and as sentences."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: Final[dict[str, Promise]] = {
    "corrupt": _("The file is damaged and cannot be read. Scan or export it again."),
    "no_pages": _("The file has no pages."),
    "too_many_pixels": _(
        "The page is larger than 100 million pixels. Scan it at a lower resolution."
    ),
    "too_many_pages": _("The file has more than 3,000 pages. Split it into volumes."),
    "password_protected": _("The file asks for a password. Remove the password and send it again."),
    "unsupported_pixels": _("The picture's colours are stored in a way that is not supported."),
    "output_too_large": _("The page needs too many bytes. Scan it at a lower resolution."),
    "decoder_died": _("Reading the file took too much memory or time, or ended the reader."),
    "ground_truth_mismatch": _(
        "The text beside the file is for another number of pages. It was kept, not applied."
    ),
    "storage_full": _("There was no room left to store the pages. Try again when there is."),
    "storage_missing": _("The stored file could not be read. Ask the operator to look after it."),
}


def describe(code: str) -> str:
    """Return the sentence of a code in the current language; an unknown code names itself."""
    return str(SENTENCES.get(code, code))
