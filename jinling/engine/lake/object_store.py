"""An S3-compatible store behind the lake: parts are put there whole, and fetched once into the folder here.

An object appears when its upload is complete, never in pieces, so the manifest may name it from then on. Keys and
secrets come from the environment (``AWS_ACCESS_KEY_ID`` and its kin) or the machine's role, not from the address.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from jinling.kernel.outcomes import Refused

if TYPE_CHECKING:
    from pyarrow.fs import FileSystem

BLOCK = 8 << 20


class StoreAway(Refused):
    """The object store cannot be reached, or does not let itself be read or written."""

    code = "store_away"
    status = 503
    text = "The object store does not answer as it should (%(reason)s)."
    mend = "Check JINLING_LAKE, the bucket, and the key in the environment."


class Objects:
    """A bucket, or what lies under a prefix of one: ``s3://bucket/prefix?endpoint_override=http://host:9000&region=…``."""

    def __init__(self, address: str) -> None:
        self.address = address.partition("?")[0].rstrip("/")
        self._given, self._found = address, ("", None)

    def put(self, path: Path, name: str) -> None:
        """Put a file under a name; what was there under it before is replaced.

        Raises:
            StoreAway: nothing new is there.
        """
        system, root = self._open()
        try:
            with path.open("rb") as here, system.open_output_stream(f"{root}/{name}") as there:
                while block := here.read(BLOCK):
                    there.write(block)
        except OSError as error:
            raise StoreAway(where=self.address, reason=_said(error)) from None

    def get(self, name: str, path: Path) -> None:
        """Fetch an object to a path, whole or not at all.

        Raises:
            StoreAway: it is not there, or cannot be had.
        """
        system, root = self._open()
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.{os.getpid()}.fetched")
        try:
            with system.open_input_stream(f"{root}/{name}") as there, part.open("wb") as here:
                shutil.copyfileobj(there, here, BLOCK)
            part.replace(path)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise StoreAway(where=f"{self.address}/{name}", reason=_said(error)) from None

    def remove(self, name: str) -> None:
        """Remove an object; it does not matter whether it was there."""
        system, root = self._open()
        try:
            system.delete_file(f"{root}/{name}")
        except FileNotFoundError:
            pass
        except OSError as error:
            raise StoreAway(where=f"{self.address}/{name}", reason=_said(error)) from None

    def names(self, prefix: str) -> list[str]:
        """Names of the objects whose folder begins so, ordered."""
        from pyarrow.fs import FileSelector, FileType  # noqa: PLC0415 - the S3 client takes a while

        system, root = self._open()
        try:
            found = system.get_file_info(FileSelector(f"{root}/{prefix}", allow_not_found=True, recursive=True))
        except OSError as error:
            raise StoreAway(where=self.address, reason=_said(error)) from None
        return sorted(one.path.removeprefix(f"{root}/") for one in found if one.type == FileType.File)

    def _open(self) -> tuple[FileSystem, str]:
        """The connection, made when it is first needed: importing Arrow's S3 client takes a while."""
        from pyarrow import ArrowInvalid  # noqa: PLC0415 - the S3 client takes a while
        from pyarrow.fs import FileSystem  # noqa: PLC0415 - as above

        root, system = self._found
        if system is None:
            try:
                system, root = FileSystem.from_uri(self._given)
            except (ArrowInvalid, OSError, ValueError) as error:
                raise StoreAway(where=self.address, reason=_said(error)) from None
            self._found = (root, system)
        return system, root


def _said(error: Exception) -> str:
    """The first line of an error, without what an address might carry."""
    return str(error).partition("\n")[0].partition("://")[0][:160] or type(error).__name__
