"""Compile the message catalogues of the named apps, on machines without gettext as well."""

import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

for app in sys.argv[1:]:
    for source in sorted(Path(app).glob("locale/*/LC_MESSAGES/*.po")):
        with source.open("rb") as file:
            catalogue = read_po(file, locale=source.parts[-3])
        fresh = source.with_suffix(".mo.new")
        with fresh.open("wb") as file:
            write_mo(file, catalogue)
        fresh.rename(source.with_suffix(".mo"))
