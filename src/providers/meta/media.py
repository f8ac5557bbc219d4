"""ports.Files over Meta's media (developers.facebook.com/docs/whatsapp/cloud-api/reference/media)."""

import re
from typing import Any
from urllib.parse import urlsplit

from ports.files import File
from ports.vendors import Credential, VendorRejected
from providers.http import Api

_ID = re.compile(r"[0-9A-Za-z_-]{1,200}")
_HOSTS = (".fbsbx.com", ".facebook.com", ".fbcdn.net", ".whatsapp.net")


class MetaMedia:
    def __init__(self, api: Api) -> None:
        self._api = api

    async def fetch(self, credential: Credential, source: str, most_bytes: int) -> File:
        """In two steps: where it is, for five minutes, and then the bytes."""
        if not _ID.fullmatch(source):
            raise VendorRejected("no_media_id")
        headers = {"Authorization": f"Bearer {credential.values['access_token']}"}
        said: Any = await self._api.send("GET", f"/{source}", headers=headers)
        url = str(said.get("url", "")) if isinstance(said, dict) else ""
        if not self._is_theirs(url):  # the token goes nowhere else
            raise VendorRejected("no_media_url")
        return File(*await self._api.download(url, most_bytes, headers=headers))

    def _is_theirs(self, url: str) -> bool:
        parts, own = urlsplit(url), urlsplit(self._api.base_url)
        if (parts.scheme, parts.netloc) == (own.scheme, own.netloc):
            return True
        return parts.scheme == "https" and f".{parts.hostname or ''}".endswith(_HOSTS)
