"""Requirements files of pip, with the files that they name written into them."""

from __future__ import annotations

import re
from pathlib import Path

#: `-r base.txt` and `--requirement=base.txt`.
INCLUDE = re.compile(r"^(?:-r\s*|--requirement[\s=]\s*)(\S+)$")
FILES_MAX = 100


def read_requirements(path: Path, _open_files: tuple[Path, ...] = ()) -> list[str]:
    """The lines that count, `-r` files included; raises ValueError for files that name each other in a circle."""
    path = path.resolve()
    if path in _open_files or len(_open_files) > FILES_MAX:
        raise ValueError(f"{path} names itself")
    lines: list[str] = []
    # A line may go on in the next one.
    for line in path.read_text(encoding="utf-8-sig").replace("\\\n", " ").splitlines():
        bare = re.sub(r"(^|\s)#.*$", "", line).strip()
        included = INCLUDE.match(bare)
        if included:
            lines += read_requirements(path.parent / included[1], (*_open_files, path))
        elif bare:
            lines.append(bare)
    return lines
