"""Print one digest of the names and contents of files and folders; what is absent counts too."""

import hashlib
import sys
from pathlib import Path

SKIPPED = {"__pycache__", "node_modules"}


def parts(path: Path) -> list[Path]:
    """Return the files under `path`, in an order that does not hang on the machine."""
    if path.is_file():
        return [path]
    found = (each for each in path.rglob("*") if each.is_file() and each.suffix != ".mo")
    return sorted(each for each in found if not SKIPPED & set(each.parts))


digest = hashlib.sha256()
for name in sys.argv[1:]:
    for file in parts(Path(name)):
        digest.update(f"{file}\0{file.stat().st_size}\0".encode() + file.read_bytes())
print(digest.hexdigest())
