"""Mails that came in through Resend: its webhook names one, the API has it (resend.com/docs/api-reference/emails)."""

import re
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

from ports.files import File
from ports.messages import InboundFile, InboundMail
from ports.vendors import Credential, VendorRejected, VendorUnavailable
from providers.http import Api
from providers.mime import MOST_FILES, kept_headers, thread_ids

_ID = re.compile(r"[0-9A-Za-z-]{1,64}")


class ResendInbox:
    def __init__(self, api: Api) -> None:
        self._api = api

    async def read(self, credential: Credential, mail_id: str) -> InboundMail:
        if not _ID.fullmatch(mail_id):
            raise VendorRejected("no_mail_id")
        said: Any = await self._api.send("GET", f"/emails/receiving/{mail_id}", headers=_signed_in(credential))
        if not isinstance(said, dict) or "from" not in said:
            raise VendorUnavailable("no_mail")
        headers = {str(name).lower(): str(value) for name, value in (said.get("headers") or {}).items()}
        name, sender = parseaddr(str(said["from"]))
        listed = [address for kind in ("to", "cc", "bcc") for address in said.get(kind) or ()]
        return InboundMail(
            vendor="resend",
            message_id=mail_id,
            recipients=tuple(parseaddr(str(address))[1].lower() for address in listed)[:20],
            sender=sender.lower()[:254],
            sender_name=name[:200].strip() or None,
            subject=" ".join(str(said.get("subject") or "").split())[:200],
            text=str(said.get("text") or "")[:200_000],
            html=str(said.get("html") or "")[:200_000],
            thread_id=str(said.get("message_id") or headers.get("message-id") or "")[:900] or None,
            answers=thread_ids(headers.get("in-reply-to", ""), headers.get("references", "")),
            headers=kept_headers(headers),
            files=tuple(_file(mail_id, one) for one in (said.get("attachments") or ())[:MOST_FILES]),
        )


class ResendFiles:
    def __init__(self, api: Api) -> None:
        self._api = api

    async def fetch(self, credential: Credential, source: str, most_bytes: int) -> File:
        """In two steps: where it is, for a while, and then the bytes. `source` is the mail's id and the file's."""
        mail_id, _, file_id = source.partition("/")
        if not (_ID.fullmatch(mail_id) and _ID.fullmatch(file_id)):
            raise VendorRejected("no_file_id")
        path = f"/emails/receiving/{mail_id}/attachments/{file_id}"
        said: Any = await self._api.send("GET", path, headers=_signed_in(credential))
        url = str(said.get("download_url", "")) if isinstance(said, dict) else ""
        if not self._is_theirs(url):
            raise VendorRejected("no_file_url")
        content, _ = await self._api.download(url, most_bytes)
        return File(content, str(said.get("content_type") or "application/octet-stream").partition(";")[0])

    def _is_theirs(self, url: str) -> bool:
        parts, own = urlsplit(url), urlsplit(self._api.base_url)
        is_own = (parts.scheme, parts.netloc) == (own.scheme, own.netloc)
        return is_own or (parts.scheme == "https" and f".{parts.hostname or ''}".endswith(".resend.com"))


def _file(mail_id: str, one: dict[str, Any]) -> InboundFile:
    name = str(one.get("filename") or "file")[:200]
    content_type = str(one.get("content_type") or "application/octet-stream").partition(";")[0][:100]
    return InboundFile(name, content_type, f"{mail_id}/{one.get('id', '')}"[:200])


def _signed_in(credential: Credential) -> dict[str, str]:
    return {"Authorization": f"Bearer {credential.values['api_key']}"}
