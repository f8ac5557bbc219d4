"""Who signs in at Twilio's REST API: an API key where there is one, else the account itself."""

from collections.abc import Mapping


def basic(values: Mapping[str, str]) -> tuple[str, str]:
    """(user name, password) of HTTP Basic. An API key never signs webhooks: that takes the auth token."""
    if values.get("api_key") and values.get("api_secret"):
        return values["api_key"], values["api_secret"]
    return values["account_sid"], values["auth_token"]
