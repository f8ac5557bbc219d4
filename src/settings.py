"""Settings of one installation, read once from the Worker's variables and secrets."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from errors import Misconfigured

Environment = Literal["production", "development"]
Origin = Annotated[str, StringConstraints(pattern=r"^(https?://[^/?#\s]+)?$")]
Origins = Annotated[str, StringConstraints(pattern=r"^(https?://[^/?#\s,*]+(,\s*https?://[^/?#\s,*]+)*)?$")]
Exempt = Annotated[
    str, StringConstraints(pattern=r"^((https?|smtp)://[^/?#\s,*]+(,\s*(https?|smtp)://[^/?#\s,*]+)*)?$")
]
Models = Annotated[
    str, StringConstraints(pattern=r"^((workers_ai|openai|anthropic):[^,\s]+(,|$))*$")
]  # provider:model, apart by commas
EmbeddingName = Annotated[str, StringConstraints(pattern=r"^(workers_ai|openai):\S+$")]
BaseUrl = Annotated[str, StringConstraints(pattern=r"^https?://[^?#\s]+$")]


class Settings(BaseModel):
    """One field per variable; the variable's name is the field's in capitals."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    environment: Environment
    public_base_url: Origin = ""
    app_base_url: Origin = ""
    cors_origins: Origins = ""
    dev_outbound_origins: Exempt = ""
    rate_limit_per_minute: int = Field(default=120, ge=1)
    version: str = "development"
    jwt_secret: str = Field(min_length=32)
    credentials_key: str = Field(min_length=32)
    credentials_key_previous: str = Field(default="", pattern=r"^(.{32,})?$")
    metrics_token: str = ""
    admin_api_key: str = ""
    twilio_account_sid: str = Field(default="", pattern=r"^(AC[0-9a-f]{32})?$")
    twilio_auth_token: str = ""
    twilio_sender: str = Field(default="", pattern=r"^(\+[1-9][0-9]{6,14})?$")
    vapi_api_key: str = ""
    vapi_webhook_secret: str = ""
    openai_api_key: str = ""
    anthropic_api_key: str = ""
    elevenlabs_api_key: str = ""
    resend_api_key: str = ""
    resend_webhook_secret: str = ""
    mail_from: str = ""
    mail_domain: str = Field(default="", pattern=r"^([a-z0-9-]+\.)*[a-z0-9-]*$")
    smtp_host: str = ""
    smtp_port: int = Field(default=587, ge=1, le=65_535)
    smtp_username: str = ""
    smtp_password: str = ""
    meta_app_secret: str = ""
    meta_webhook_verify_token: str = ""
    google_client_id: str = ""
    google_client_secret: str = ""
    microsoft_client_id: str = ""
    microsoft_client_secret: str = ""
    integrations_stub_mode: bool = False
    turnstile_site_key: str = ""
    turnstile_secret_key: str = ""
    circuit_breaker_enabled: bool = True
    circuit_breaker_threshold: int = Field(default=3, ge=1)
    circuit_breaker_recovery_timeout: float = Field(default=30, gt=0)
    default_models: Models = ""
    embedding_model: EmbeddingName = "workers_ai:@cf/baai/bge-m3"
    embedding_dimensions: int = Field(default=1024, ge=1, le=1536)
    number_purchases: bool = False
    trial_number: str = Field(default="", pattern=r"^(\+[1-9][0-9]{6,14})?$")
    twilio_numbers_url: BaseUrl = "https://numbers.twilio.com"
    twilio_base_url: BaseUrl = "https://api.twilio.com"
    vapi_base_url: BaseUrl = "https://api.vapi.ai"
    openai_base_url: BaseUrl = "https://api.openai.com/v1"
    anthropic_base_url: BaseUrl = "https://api.anthropic.com"
    elevenlabs_base_url: BaseUrl = "https://api.elevenlabs.io"
    resend_base_url: BaseUrl = "https://api.resend.com"
    meta_base_url: BaseUrl = "https://graph.facebook.com/v23.0"
    google_accounts_url: BaseUrl = "https://accounts.google.com"
    google_oauth_url: BaseUrl = "https://oauth2.googleapis.com"
    google_calendar_url: BaseUrl = "https://www.googleapis.com/calendar/v3"
    microsoft_login_url: BaseUrl = "https://login.microsoftonline.com/common"
    microsoft_graph_url: BaseUrl = "https://graph.microsoft.com/v1.0"
    turnstile_base_url: BaseUrl = "https://challenges.cloudflare.com"
    resolver_url: BaseUrl = "https://cloudflare-dns.com/dns-query"

    @property
    def allowed_origins(self) -> tuple[str, ...]:
        """The pages that may call the API from a browser, beside those of its own origin."""
        return _listed(self.cors_origins)

    @property
    def exempt_origins(self) -> frozenset[str]:
        """What the outgoing-request guard lets pass: nothing but in development."""
        return frozenset(_listed(self.dev_outbound_origins)) if self.is_development else frozenset()

    @property
    def is_development(self) -> bool:
        return self.environment == "development"


def _listed(text: str) -> tuple[str, ...]:
    return tuple(filter(None, (part.strip() for part in text.split(","))))


VARIABLES = tuple(name.upper() for name in Settings.model_fields)
DEVELOPMENT_ONLY = ("DEV_OUTBOUND_ORIGINS", "INTEGRATIONS_STUB_MODE")


def load_settings(variables: Mapping[str, str | None]) -> Settings:
    """Raises Misconfigured naming each variable that is missing or wrong, never its value."""
    given = {name.lower(): value for name in VARIABLES if (value := variables.get(name)) is not None}
    try:
        settings = Settings.model_validate(given)
    except ValidationError as error:
        names = sorted({str(e["loc"][0]).upper() for e in error.errors(include_input=False)})
        raise Misconfigured(f"Missing or wrong: {', '.join(names)}", settings=names) from None
    given_there = [name for name in DEVELOPMENT_ONLY if (variables.get(name) or "false").lower() not in ("false", "0")]
    wrong = [name for name in given_there if not settings.is_development]
    if not settings.is_development:
        # Over plain HTTP a vendor's key could be read on the way.
        wrong += [name.upper() for name, value in settings if name.endswith("_url") and str(value).startswith("http:")]
    if wrong:
        raise Misconfigured(f"Not allowed in production: {', '.join(wrong)}", settings=wrong)
    return settings
