"""Office files packed anew, so that the same contents are the same bytes.

What is in them is not here: see `docx_file` and `xlsx_file`.
"""

import io
import zipfile
from collections.abc import Mapping

#: The first day that a ZIP file can hold; the true day would differ from run to run.
_DAY = (1980, 1, 1, 0, 0, 0)


def repacked(content: bytes, changed: Mapping[str, bytes] | None = None) -> bytes:
    """Return a ZIP file with the same entries in the same order, without the times of their writing.

    `changed` holds the new content of entries, by name.
    """
    changes = changed or {}
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as given, zipfile.ZipFile(packed, "w") as made:
        for entry in given.infolist():
            kept = zipfile.ZipInfo(entry.filename, _DAY)
            kept.compress_type, kept.external_attr, kept.create_system = zipfile.ZIP_DEFLATED, 0o600 << 16, 3
            made.writestr(kept, changes.get(entry.filename) or given.read(entry))
    return packed.getvalue()
