"""OAuth 2.0 with PKCE (RFC 6749, RFC 7636), as a vendor of calendars speaks it."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from ports.calendars import AccessRevoked, Grant
from ports.vendors import VendorRejected, VendorUnavailable
from providers.http import Api


@dataclass(frozen=True, slots=True)
class Granted:
    grant: Grant
    scopes: frozenset[str]  # as the vendor names those that were granted


@dataclass(frozen=True, slots=True)
class OAuth:
    """`more` are parameters of the vendor's own, of the sign-in's address and of every token that is asked for."""

    authorize_at: str
    tokens: Api
    token_path: str
    client_id: str
    client_secret: str
    scopes: tuple[str, ...]
    more: tuple[Mapping[str, str], Mapping[str, str]] = ({}, {})

    @property
    def is_configured(self) -> bool:
        return bool(self.client_id and self.client_secret)

    def authorize_url(self, redirect_uri: str, state: str, challenge: str) -> str:
        query = {
            "client_id": self.client_id,
            "redirect_uri": redirect_uri,
            "response_type": "code",
            "scope": " ".join(self.scopes),
            "state": state,
            **self.more[0],
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{self.authorize_at}?{urlencode(query)}"

    async def exchange(self, code: str, verifier: str, redirect_uri: str) -> Granted:
        """Raises VendorRejected without a refresh token, and VendorUnavailable."""
        found = await self._token(
            {
                "grant_type": "authorization_code",
                "code": code,
                "code_verifier": verifier,
                "redirect_uri": redirect_uri,
            }
        )
        if found.grant.refresh_token is None:
            raise VendorRejected("scope_not_granted")
        return found

    async def refresh(self, refresh_token: str) -> Grant:
        """Raises AccessRevoked for a token that is dead (invalid_grant, interaction_required)."""
        try:
            return (await self._token({"grant_type": "refresh_token", "refresh_token": refresh_token})).grant
        except VendorRejected as error:
            if error.status in (400, 401):
                raise AccessRevoked from error
            raise

    async def _token(self, grant: Mapping[str, str]) -> Granted:
        own = {"client_id": self.client_id, "client_secret": self.client_secret}
        said = await self.tokens.send("POST", self.token_path, data={**own, **self.more[1], **grant})
        if not isinstance(said, dict) or not said.get("access_token"):
            raise VendorUnavailable("no_token")
        expires_s = int(said.get("expires_in") or 3600)
        given = Grant(str(said["access_token"]), expires_s, said.get("refresh_token"))
        return Granted(given, frozenset(str(said.get("scope", "")).split()))
