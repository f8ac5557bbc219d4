"""Settings of one installation, read once from the Worker's variables and secrets."""

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from errors import Misconfigured

Environment = Literal["production", "development"]


class Settings(BaseModel):
    """One field per variable; the variable's name is the field's in capitals."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    environment: Environment
    public_base_url: str = Field(default="", pattern=r"^(https?://[^/?#]+)?$")
    cors_origins: str = Field(default="", pattern=r"^(https?://[^/?#\s,*]+(,\s*https?://[^/?#\s,*]+)*)?$")
    jwt_secret: str = Field(min_length=32)
    credentials_key: str = Field(min_length=32)
    metrics_token: str = ""
    admin_api_key: str = ""
    twilio_account_sid: str = Field(default="", pattern=r"^(AC[0-9a-f]{32})?$")
    twilio_auth_token: str = ""
    version: str = "development"

    @property
    def allowed_origins(self) -> tuple[str, ...]:
        """The pages that may call the API from a browser, beside those of its own origin."""
        return tuple(filter(None, (origin.strip() for origin in self.cors_origins.split(","))))

    @property
    def is_development(self) -> bool:
        return self.environment == "development"


VARIABLES = tuple(name.upper() for name in Settings.model_fields)
DEVELOPMENT_ONLY = ("DEV_OUTBOUND_ORIGINS",)


def load_settings(variables: Mapping[str, str | None]) -> Settings:
    """Raises Misconfigured naming each variable that is missing or wrong, never its value."""
    given = {name.lower(): value for name in VARIABLES if (value := variables.get(name)) is not None}
    try:
        settings = Settings.model_validate(given)
    except ValidationError as error:
        names = sorted({str(e["loc"][0]).upper() for e in error.errors(include_input=False)})
        raise Misconfigured(f"Missing or wrong: {', '.join(names)}", settings=names) from None
    wrong = [name for name in DEVELOPMENT_ONLY if variables.get(name) and not settings.is_development]
    if wrong:
        raise Misconfigured(f"Not allowed in production: {', '.join(wrong)}", settings=wrong)
    return settings
