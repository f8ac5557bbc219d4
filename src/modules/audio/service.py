"""Audio by signed, expiring address: whoever has the address may hear it, until then."""

import re
from dataclasses import dataclass

from errors import NotFound, StoreUnavailable
from modules.audio import queries
from modules.audio.errors import AddressExpired, RangeNotSatisfiable
from modules.one_time import is_signed, signature
from ports.blobs import Blob, BlobsUnavailable
from ports.context import Ports
from ports.database import Row
from ports.speech import Audio

VALID_S = 3_600
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


@dataclass(frozen=True, slots=True)
class Piece:
    """Of an object of `size` bytes: those from `first` on. `is_whole` when all was asked for."""

    content: bytes
    first: int
    size: int
    content_type: str
    etag: str
    is_whole: bool


def address(ports: Ports, audio_id: str, valid_s: int = VALID_S) -> str:
    """The path, without an origin."""
    # In steps: the same address for a while, so that a carrier's cache can keep it.
    now = int(ports.clock.now().timestamp())
    expires = (now // valid_s + 2) * valid_s
    signed = signature(ports.keyring.tokens, "audio", audio_id, expires)
    return f"/api/v1/omnichannel/audio/{audio_id}?expires={expires}&signature={signed}"


async def read(ports: Ports, audio_id: str, signed: tuple[int, str], wanted: str) -> Piece:
    """`signed` is (expires, signature), `wanted` a Range header (RFC 9110, 14.2) or ''.

    Raises AddressExpired, NotFound, RangeNotSatisfiable or StoreUnavailable.
    """
    if not is_signed(ports.keyring.tokens, "audio", audio_id, signed, ports.clock.now()):
        raise AddressExpired("Read the call or the voice again: it gives a new address.")
    row = await _row(ports, audio_id)
    first, length = _span(wanted, int(row["bytes"] or 0))
    blob = await _read(ports, row, first, length)
    return Piece(blob.content, first, blob.size, str(row["content_type"]), blob.etag, length is None)


async def whole(ports: Ports, audio_id: str) -> Audio:
    """For whoever may hear it anyway. Raises NotFound or StoreUnavailable."""
    row = await _row(ports, audio_id)
    return Audio((await _read(ports, row, 0, None)).content, str(row["content_type"]))


async def _row(ports: Ports, audio_id: str) -> Row:
    (found,) = await ports.db.batch(queries.audio(audio_id))
    if found.first is None:
        raise NotFound("There is no such audio.")
    return found.first


async def _read(ports: Ports, row: Row, first: int, length: int | None) -> Blob:
    try:
        blob = await ports.blobs.get(str(row["blob_key"]), first, length)
    except BlobsUnavailable as error:
        raise StoreUnavailable("The audio store does not answer; try again in a moment.") from error
    if blob is None:
        raise NotFound("This audio is there no more.")
    return blob


def _span(wanted: str, size: int) -> tuple[int, int | None]:
    """(first, length) of one range; several, or none that can be read, are answered with the whole."""
    found = _RANGE.fullmatch(wanted.strip())
    if found is None or found[1] == found[2] == "":
        return 0, None
    if not found[1]:
        length = min(int(found[2]), size)
        return size - length, length
    first, last = int(found[1]), min(int(found[2]) if found[2] else size - 1, size - 1)
    if first >= size or last < first:
        raise RangeNotSatisfiable(f"There are {size} bytes.")
    return first, last - first + 1
