"""Files that came along: fetched from the vendor into our own store, within limits, and shown to the business alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from errors import NotFound, StoreUnavailable
from modules.credentials.resolve import resolve_own
from modules.instants import read as read_instant
from modules.instants import stored
from modules.personal_data.retention import removed
from modules.threads import file_queries as queries
from ports.blobs import BlobsUnavailable
from ports.context import Ports
from ports.database import Row, Statement
from ports.files import File, FileVendor
from ports.vendors import Credential, Provider, VendorRejected, VendorUnavailable

FILES_JOB = "keep_files"
MOST_BYTES = 10_000_000
OVERDUE_S = 120
GIVEN_UP_AFTER = timedelta(days=3)  # vendors keep what was sent for longer than that, mostly

KEPT_TYPES = frozenset(
    (
        *(
            "image/jpeg",
            "image/png",
            "image/gif",
            "image/webp",
            "image/heic",
            "application/pdf",
            "text/plain",
            "text/csv",
        ),
        *("audio/ogg", "audio/mpeg", "audio/mp4", "audio/amr", "audio/aac", "video/mp4", "video/3gpp", "text/calendar"),
        *("text/vcard", "text/x-vcard", "application/msword", "application/vnd.ms-excel"),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
)


@dataclass(frozen=True, slots=True)
class KeptFile:
    filename: str
    content_type: str
    content: bytes


async def keep_files(ports: Ports, tenant_id: str, channel: str, message_id: str) -> int:
    """Those of one message; how many there were. Raises VendorUnavailable or BlobsUnavailable: they wait for cron."""
    (found,) = await ports.db.batch(queries.waiting(tenant_id, channel, message_id))
    for row in found.rows:
        await keep(ports, row)
    return len(found.rows)


async def overdue(ports: Ports, limit: int) -> Sequence[Row]:
    before = stored(ports.clock.now() - timedelta(seconds=OVERDUE_S))
    (found,) = await ports.db.batch(queries.overdue(before, limit))
    return found.rows


async def keep(ports: Ports, row: Row) -> None:
    """One file. Raises VendorUnavailable or BlobsUnavailable."""
    tenant_id, attachment_id = str(row["tenant_id"]), str(row["id"])
    if row["provider"] == "cloudflare":  # it came in whole, and is in the store already
        at = stored(ports.clock.now())
        await ports.db.batch(await _adopted(ports, row), removed(tenant_id, str(row["source"]), at))
        return
    try:
        fetched = await _fetched(ports, row)
    except VendorRejected as error:
        await ports.db.batch(refused(tenant_id, attachment_id, error.reason))
        return
    except VendorUnavailable:
        if ports.clock.now() - read_instant(row["created_at"]) < GIVEN_UP_AFTER:
            raise
        await ports.db.batch(refused(tenant_id, attachment_id, "gave_up"))
        return
    await ports.db.batch(await put(ports, (tenant_id, attachment_id), fetched))


async def _adopted(ports: Ports, row: Row) -> Statement:
    tenant_id, attachment_id, key = str(row["tenant_id"]), str(row["id"]), str(row["source"])
    if row["content_type"] not in KEPT_TYPES:
        return refused(tenant_id, attachment_id, "type_not_kept")
    blob = await ports.blobs.get(key)
    if blob is None:
        return refused(tenant_id, attachment_id, "not_there")
    return await put(ports, (tenant_id, attachment_id), File(blob.content, str(row["content_type"])))


async def put(ports: Ports, place: tuple[str, str], fetched: File) -> Statement:
    """Into the store, unless it is of a kind that nobody should open. `place` is (tenant, attachment)."""
    tenant_id, attachment_id = place
    if fetched.content_type not in KEPT_TYPES:
        return refused(tenant_id, attachment_id, "type_not_kept")
    key = f"{tenant_id}/files/{attachment_id}"
    await ports.blobs.put(key, fetched.content, fetched.content_type)
    settled = ("stored", None, len(fetched.content), key, fetched.content_type)
    return queries.settle(tenant_id, attachment_id, settled)


def refused(tenant_id: str, attachment_id: str, reason: str) -> Statement:
    return queries.settle(tenant_id, attachment_id, ("refused", reason, None, None, None))


async def read(ports: Ports, tenant_id: str, attachment_id: str) -> KeptFile:
    """Raises NotFound or StoreUnavailable."""
    (found,) = await ports.db.batch(queries.attachment(tenant_id, attachment_id))
    row = found.first
    try:
        blob = await ports.blobs.get(str(row["blob_key"])) if row is not None else None
    except BlobsUnavailable as error:
        raise StoreUnavailable("The store does not answer; try again in a moment.") from error
    if row is None or blob is None:
        raise NotFound("There is no such file.")
    return KeptFile(str(row["filename"]), str(row["content_type"]), blob.content)


async def _fetched(ports: Ports, row: Row) -> File:
    vendors: dict[str, FileVendor] = {"twilio": "twilio", "meta": "meta", "resend": "resend"}
    vendor = vendors.get(str(row["provider"]))
    credential = await _credential(ports, row) if vendor else None
    if vendor is None or credential is None:
        raise VendorRejected("no_credential")
    return await ports.files[vendor].fetch(credential, str(row["source"]), MOST_BYTES)


async def _credential(ports: Ports, row: Row) -> Credential | None:
    tenant_id, provider = str(row["tenant_id"]), row["provider"]
    if provider == "meta":
        return await resolve_own(ports, tenant_id, "whatsapp")
    name: Provider = "twilio" if provider == "twilio" else "resend"
    if row["provider_account"] is None:
        return ports.platform.get(name)
    return await resolve_own(ports, tenant_id, name)
