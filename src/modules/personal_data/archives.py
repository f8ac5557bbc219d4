"""The archive of a business or of one of its customers: a ZIP that is written as it is read, whatever its size."""

import json
import zipfile
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from io import RawIOBase
from typing import IO, cast

from modules.personal_data import queries, subject_queries, table_queries
from modules.personal_data.tables import OWNED, OwnedTable
from ports.context import Ports
from ports.database import Row

_ROWS_AT_ONCE = 500
_BYTES_AT_ONCE = 4 * 1024 * 1024
EXPORTS = "exports/"

README = """One file of JSON lines for each table, as the tables are described in the API's documentation; files, recordings and
audio under objects/, by their keys. manifest.json counts them all. Secrets are left out, and what is made anew from the rest.
"""


class _Pipe(RawIOBase):
    """What the archive is written to, and read from in pieces. It cannot be gone back in, which ZIP can do without."""

    def __init__(self) -> None:
        super().__init__()
        self._held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, piece: "bytes | bytearray | memoryview") -> int:  # type: ignore[override]
        self._held += piece
        return len(piece)

    def taken(self) -> bytes:
        taken = bytes(self._held)
        self._held.clear()
        return taken


class Archive:
    """`counts` is whole once `pieces` has come to its end."""

    def __init__(self, ports: Ports, tenant_id: str, at: datetime) -> None:
        self.counts: dict[str, int] = {}
        self._ports = ports
        self._tenant_id = tenant_id
        self._at = at
        self._pipe = _Pipe()
        self._zip = zipfile.ZipFile(cast(IO[bytes], self._pipe), "w", zipfile.ZIP_DEFLATED)

    async def of_business(self) -> AsyncIterator[bytes]:
        """Raises DatabaseError or BlobsUnavailable."""
        tenant, members = await self._ports.db.batch(queries.tenant(self._tenant_id), queries.members(self._tenant_id))
        self._write("tenants", tenant.rows)
        self._write("users", members.rows)
        for table in OWNED:
            if table.is_archived:
                async for piece in self._table(table):
                    yield piece
        self.counts["vectors"] = self.counts.get("knowledge_vectors", 0)
        after = ""
        while keys := await self._ports.blobs.keys(f"{self._tenant_id}/", after):
            after = keys[-1]
            kept = [key for key in keys if not key.startswith(f"{self._tenant_id}/{EXPORTS}")]
            async for piece in self._objects(kept):
                yield piece
        yield self._end()

    async def of_person(self, customer_id: str) -> AsyncIterator[bytes]:
        """Raises LookupError when they have gone meanwhile, DatabaseError or BlobsUnavailable."""
        (found,) = await self._ports.db.batch(subject_queries.person(self._tenant_id, customer_id, ""))
        if found.first is None:
            raise LookupError(customer_id)
        ids, talks = str(found.first["ids"]), str(found.first["conversations"])
        addresses, tenant_id = str(found.first["addresses"]), self._tenant_id
        wanted = {
            "customers": subject_queries.customers(tenant_id, ids),
            "customer_identities": subject_queries.identities(tenant_id, ids),
            "tickets": subject_queries.tickets(tenant_id, ids),
            "prospects": subject_queries.prospects(tenant_id, ids),
            "appointments": subject_queries.appointments(tenant_id, ids),
            "omni_conversations": subject_queries.conversations(tenant_id, talks),
            "omni_messages": subject_queries.messages(tenant_id, talks),
            "message_attachments": subject_queries.attachments(tenant_id, talks),
            "conversation_reports": subject_queries.reports(tenant_id, talks),
            "conversation_notes": subject_queries.notes(tenant_id, talks),
            "conversation_turns": subject_queries.turns(tenant_id, talks),
            "tool_calls": subject_queries.tool_calls(tenant_id, talks),
            "calls": subject_queries.calls(tenant_id, talks),
            "call_recordings": subject_queries.recordings(tenant_id, talks),
            "usage_records": subject_queries.usage(tenant_id, talks),
            "waiting_list": subject_queries.waiting(tenant_id, addresses),
            "outbox": subject_queries.outbox(tenant_id, addresses),
            "message_consents": subject_queries.consents(tenant_id, addresses),
            "outbound_calls": subject_queries.placed_calls(tenant_id, addresses),
        }
        keys: list[str] = []
        for name, statement in wanted.items():  # one after another: no two of them in memory
            (rows,) = await self._ports.db.batch(statement)
            self._write(name, rows.rows)
            keys += [str(row["blob_key"]) for row in rows.rows if row.get("blob_key")]
            yield self._pipe.taken()
        async for piece in self._objects(keys):
            yield piece
        yield self._end()

    async def _table(self, table: OwnedTable) -> AsyncIterator[bytes]:
        count = 0
        after: tuple[str | int | float | None, ...] = ()
        with self._zip.open(self._entry(f"rows/{table.name}.jsonl"), "w") as entry:
            while True:
                read = table_queries.rows(self._tenant_id, table, after, _ROWS_AT_ONCE)
                (found,) = await self._ports.db.batch(read)
                for row in found.rows:
                    entry.write(_line({name: value for name, value in row.items() if name not in table.without}))
                count += len(found.rows)
                yield self._pipe.taken()
                if len(found.rows) < _ROWS_AT_ONCE:
                    break
                after = tuple(found.rows[-1][name] for name in table.key)
        self.counts[table.name] = count

    def _write(self, name: str, rows: Sequence[Row]) -> None:
        with self._zip.open(self._entry(f"rows/{name}.jsonl"), "w") as entry:
            for row in rows:
                entry.write(_line(row))
        self.counts[name] = len(rows)

    async def _objects(self, keys: Sequence[str]) -> AsyncIterator[bytes]:
        for key in keys:
            first, blob = 0, await self._ports.blobs.get(key, 0, _BYTES_AT_ONCE)
            if blob is None:
                continue
            with self._zip.open(self._entry(f"objects/{key}", zipfile.ZIP_STORED), "w", force_zip64=True) as entry:
                while blob is not None and blob.content:
                    entry.write(blob.content)
                    yield self._pipe.taken()
                    first += len(blob.content)
                    blob = await self._ports.blobs.get(key, first, _BYTES_AT_ONCE) if first < blob.size else None
            self.counts["objects"] = self.counts.get("objects", 0) + 1

    def _end(self) -> bytes:
        made = {"tenant_id": self._tenant_id, "made_at": self._at.isoformat(), "counts": self.counts}
        self._zip.writestr(self._entry("manifest.json"), json.dumps(made, indent=1))
        self._zip.writestr(self._entry("README.txt"), README)
        self._zip.close()
        return self._pipe.taken()

    def _entry(self, name: str, compression: int = zipfile.ZIP_DEFLATED) -> zipfile.ZipInfo:
        at = self._at
        entry = zipfile.ZipInfo(name, (at.year, at.month, at.day, at.hour, at.minute, at.second))
        entry.compress_type = compression
        return entry


def _line(row: Row) -> bytes:
    return json.dumps(row, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
