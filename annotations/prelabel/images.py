"""A page's canonical image as a local file, for programs that read files."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.files.storage import FileSystemStorage, default_storage, storages

from annotations.models import Page


@contextmanager
def page_image(page: Page) -> Iterator[Path]:
    """Give the file itself where the store is local, else a copy for the time of the block.

    Raises `OSError` when the store does not have it.
    """
    if page.image is None:
        raise FileNotFoundError("the page has no image")
    if isinstance(storages["default"], FileSystemStorage):
        yield Path(default_storage.path(page.image.key))
        return
    with tempfile.NamedTemporaryFile() as copy:
        with default_storage.open(page.image.key) as stored:
            shutil.copyfileobj(stored, copy)
        copy.flush()
        yield Path(copy.name)
