"""The interpreter's memory after the Worker's top level has run, kept between starts as production keeps it."""

import hashlib
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

KEEP = 3  # about 45 MB each
ABANDONED_AFTER_S = 3600


@dataclass(frozen=True)
class Snapshot:
    """Either loads `kept`, or lets workerd save to `scratch`: workerd saves again at each reload, the first is kept."""

    kept: Path
    scratch: Path | None

    @property
    def flags(self) -> list[str]:
        if self.scratch is None:
            return [f"--python-snapshot-dir={self.kept.parent}", f"--python-load-snapshot={self.kept.name}"]
        return [f"--python-snapshot-dir={self.scratch}", "--python-save-snapshot"]

    def keep(self) -> None:
        """Called once the Worker has answered, which is after the save."""
        saved = self.scratch / "snapshot.bin" if self.scratch else None
        if saved is not None and saved.exists():
            saved.replace(self.kept)
        prune(self.kept.parent)

    def discard_scratch(self) -> None:
        if self.scratch is not None:
            shutil.rmtree(self.scratch, ignore_errors=True)


def choose(folder: Path, key: str) -> Snapshot:
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / f"{key}.bin"
    if kept.exists():
        kept.touch()
        return Snapshot(kept, None)
    return Snapshot(kept, Path(tempfile.mkdtemp(prefix="saving-", dir=folder)))


def key(frozen_config: str, folders: list[Path], files: list[Path]) -> str:
    """Changes with everything that the frozen memory holds: it would hide an edit otherwise."""
    digest = hashlib.sha256(frozen_config.encode())
    for file in files:
        _add(digest, file, file.name)
    for folder in folders:
        for file in sorted(folder.rglob("*")):
            if file.is_file() and file.suffix != ".pyc":
                _add(digest, file, str(file.relative_to(folder.parent)))
    return digest.hexdigest()[:16]


def prune(folder: Path, keep: int = KEEP) -> None:
    newest_first = sorted(folder.glob("*.bin"), key=lambda file: file.stat().st_mtime, reverse=True)
    for file in newest_first[keep:]:
        file.unlink(missing_ok=True)
    for scratch in folder.glob("saving-*"):
        if scratch.stat().st_mtime < time.time() - ABANDONED_AFTER_S:
            shutil.rmtree(scratch, ignore_errors=True)


def _add(digest: "hashlib._Hash", file: Path, name: str) -> None:
    content = file.read_bytes()
    digest.update(f"{name}\0{len(content)}\0".encode() + content)
