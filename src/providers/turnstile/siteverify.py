"""ports.Challenges by Cloudflare Turnstile (developers.cloudflare.com/turnstile/get-started/server-side-validation)."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from ports.vendors import VendorRejected
from providers.http import Api

MAX_TOKEN_CHARS = 2048


@dataclass(frozen=True, slots=True)
class Turnstile:
    api: Api
    key: str  # of the site, shown in the page
    secret: str
    base_url: str  # of this installation: a token solved elsewhere is none

    @property
    def site_key(self) -> str | None:
        return self.key if self.key and self.secret else None

    async def is_solved(self, token: str, action: str, address: str) -> bool:
        if self.site_key is None:
            return True
        if not 0 < len(token) <= MAX_TOKEN_CHARS:
            return False
        said = {"secret": self.secret, "response": token, "remoteip": address}
        try:
            answer = await self.api.send("POST", "/turnstile/v0/siteverify", json=said)
        except VendorRejected:
            return False
        is_solved = isinstance(answer, dict) and answer.get("success") is True
        host = urlsplit(self.base_url).hostname
        return is_solved and answer.get("action") == action and (host is None or answer.get("hostname") == host)
