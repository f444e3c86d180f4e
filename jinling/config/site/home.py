"""Where the platform keeps what it owns: ``$JINLING_HOME``, by default ``var/`` of the checkout."""

from __future__ import annotations

import errno
import json
import os
import secrets
from pathlib import Path

import jinling
from jinling.kernel.outcomes import Refused


class HomeNotUsable(Refused):
    """The place named for the platform's data cannot be written."""

    code = "home_not_usable"
    text = "JINLING_HOME names %(path)s, which cannot be used: %(reason)s."
    mend = "Name a folder that you may write, or make this one yours."


def home() -> Path:
    """The home folder, created when missing (mode 0755: the embedded database's own user walks through it).

    Raises:
        HomeNotUsable: it cannot be made or written.
    """
    named = os.environ.get("JINLING_HOME")
    if named:
        path = Path(named).expanduser().resolve()
    else:
        checkout = Path(jinling.__file__).resolve().parent.parent
        path = (checkout if (checkout / "pyproject.toml").exists() else Path.cwd()) / "var"
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise HomeNotUsable(path=str(path), reason=error.strerror) from None
    if not os.access(path, os.W_OK | os.X_OK):
        raise HomeNotUsable(path=str(path), reason=os.strerror(errno.EACCES))
    return path


def secret(name: str, *, size: int = 32) -> bytes:
    """A secret of this installation: ``$JINLING_SECRETS/name`` or made once under the home.

    Returns:
        ``size`` random bytes, the same at every call. The file is readable by its owner only.
    """
    folder = Path(os.environ.get("JINLING_SECRETS") or home() / "secrets")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{name}.json"
    if not path.exists():
        draft = folder / f".{name}.{os.getpid()}.{secrets.token_hex(4)}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            json.dump({"key": secrets.token_hex(size)}, file)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)  # the first of two processes wins; the other reads the winner's
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return bytes.fromhex(json.loads(path.read_text(encoding="ascii"))["key"])


def secret_versions(name: str) -> dict[int, bytes]:
    """Every version of a secret that is replaced from time to time: ``name-1``, ``name-2`` ...

    Version 1 is made when there is none. The highest version is in use; lower ones only open what they closed.
    """
    folder = Path(os.environ.get("JINLING_SECRETS") or home() / "secrets")
    versions = sorted(
        int(path.stem.rpartition("-")[2])
        for path in folder.glob(f"{name}-*.json")
        if path.stem.rpartition("-")[0] == name and path.stem.rpartition("-")[2].isdigit()
    )
    return {version: secret(f"{name}-{version}") for version in versions or [1]}
