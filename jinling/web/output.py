"""Files that a command writes for the person who asked for them."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.utils.translation import gettext

from jinling.kernel.outcomes import Invalid


class OutputRefused(Invalid):
    """The file cannot be written there."""

    code = "output_refused"
    text = "The file cannot be written: %(why)s."
    mend = "Name a file in a folder that exists and that you may write to."


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A draft beside ``path`` to be written; it takes the place of ``path`` in one step, or none of it is left.

    Raises:
        OutputRefused: there is no such folder, or no right to write.
    """
    if path.is_dir():
        raise OutputRefused(where=str(path), why=gettext("it is a folder"))
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}{path.suffix}")
    try:
        draft.open("xb").close()
        yield draft
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, draft)
        os.replace(draft, path)
    except OSError as error:
        if error.filename is not None and str(error.filename) not in (str(draft), str(path)):
            raise  # what was to be written could not be read: another matter
        whys = {errno.ENOENT: gettext("there is no such folder"), errno.EACCES: gettext("you may not write there")}
        why = whys.get(error.errno or 0, error.strerror or type(error).__name__)
        raise OutputRefused(where=str(path), why=why) from None
    finally:
        draft.unlink(missing_ok=True)
