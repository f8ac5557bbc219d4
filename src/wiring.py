"""The composition of providers, and the installation's own keys and accounts, from its settings."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

from ports.calendars import Calendars
from ports.carrier import Carrier
from ports.challenges import Challenges
from ports.cipher import Keyring
from ports.clock import Clock
from ports.embedder import Embedder, EmbeddingModel, EmbeddingProvider
from ports.files import Files, FileVendor
from ports.hosted import Assistants
from ports.language_model import LanguageModel, ModelProvider
from ports.messages import Mailer, MailInbox, MailVendor, TextMessages, TextVendor
from ports.meter import Meter
from ports.outbound import Outbound
from ports.speech import Speech, SpeechProvider
from ports.streams import Dial
from ports.vendors import Credential, Provider, Vendors
from providers.accounts import VendorAccounts
from providers.anthropic.messages import AnthropicModel
from providers.breaker import Breakers
from providers.elevenlabs.speech import ElevenLabsSpeech
from providers.google import calendar as google_calendar
from providers.http import Api, Connect
from providers.meta.media import MetaMedia
from providers.meta.messages import MetaMessages
from providers.microsoft import calendar as microsoft_calendar
from providers.oauth import OAuth
from providers.openai.chat import OpenAiModel
from providers.openai.embeddings import OpenAiEmbedder
from providers.outbound import GuardedOutbound
from providers.resend.inbox import ResendFiles, ResendInbox
from providers.resend.mailer import ResendMailer
from providers.smtp.mailer import SmtpMailer
from providers.turnstile.siteverify import Turnstile
from providers.twilio.carrier import TwilioCarrier
from providers.twilio.media import TwilioMedia
from providers.twilio.messages import TwilioMessages
from providers.vapi.assistants import VapiAssistants
from settings import Settings


@dataclass(frozen=True, slots=True)
class VendorPorts:
    mailers: Mapping[MailVendor, Mailer]
    texts: Mapping[TextVendor, TextMessages]
    mail_inbox: MailInbox
    files: Mapping[FileVendor, Files]
    checks: Vendors
    outbound: Outbound
    models: Mapping[ModelProvider, LanguageModel]
    embedders: Mapping[EmbeddingProvider, Embedder]
    challenges: Challenges
    calendars: Calendars
    carrier: Carrier
    assistants: Assistants
    speech: Mapping[SpeechProvider, Speech]


@dataclass(frozen=True, slots=True)
class Ways:
    """Out of here: by HTTP, and by a bare stream."""

    connect: Connect
    dial: Dial


def breakers_of(settings: Settings, clock: Clock, meter: Meter) -> Breakers:
    return Breakers(
        clock,
        meter,
        threshold=settings.circuit_breaker_threshold,
        recovery_s=settings.circuit_breaker_recovery_timeout,
        is_enabled=settings.circuit_breaker_enabled,
    )


def vendor_ports(settings: Settings, ways: Ways, clock: Clock, breakers: Breakers) -> VendorPorts:
    def api(name: str, url: str) -> Api:
        return Api(ways.connect, url, name, breakers)

    urls: Mapping[Provider, str] = {
        "twilio": settings.twilio_base_url,
        "vapi": settings.vapi_base_url,
        "openai": settings.openai_base_url,
        "anthropic": settings.anthropic_base_url,
        "elevenlabs": settings.elevenlabs_base_url,
        "resend": settings.resend_base_url,
        "whatsapp": settings.meta_base_url,
    }
    apis = {provider: api(provider, url) for provider, url in urls.items()}
    resolver = Api(ways.connect, settings.resolver_url, "resolver", breakers, timeout_s=3.0)
    mail_servers = SmtpMailer(ways.dial, clock, breakers)
    return VendorPorts(
        mailers={"resend": ResendMailer(apis["resend"]), "smtp": mail_servers},
        texts={"twilio": TwilioMessages(apis["twilio"]), "meta": MetaMessages(apis["whatsapp"])},
        mail_inbox=ResendInbox(apis["resend"]),
        files={
            "twilio": TwilioMedia(apis["twilio"]),
            "meta": MetaMedia(apis["whatsapp"]),
            "resend": ResendFiles(apis["resend"]),
        },
        carrier=TwilioCarrier(apis["twilio"], api("twilio", settings.twilio_numbers_url)),
        assistants=VapiAssistants(apis["vapi"]),
        speech={"elevenlabs": ElevenLabsSpeech(apis["elevenlabs"])},
        checks=VendorAccounts(apis, mail_servers),
        outbound=GuardedOutbound(ways.connect, resolver, clock),
        models={"openai": OpenAiModel(apis["openai"]), "anthropic": AnthropicModel(apis["anthropic"])},
        embedders={"openai": OpenAiEmbedder(apis["openai"], platform_accounts(settings).get("openai"))},
        challenges=Turnstile(
            api("turnstile", settings.turnstile_base_url),
            settings.turnstile_site_key,
            settings.turnstile_secret_key,
            settings.public_base_url,
        ),
        calendars=_calendars(settings, api),
    )


def _calendars(settings: Settings, api: Callable[[str, str], Api]) -> Calendars:
    google = OAuth(
        authorize_at=f"{settings.google_accounts_url}/o/oauth2/v2/auth",
        tokens=api("google", settings.google_oauth_url),
        token_path="/token",  # noqa: S106
        client_id=settings.google_client_id,
        client_secret=settings.google_client_secret,
        scopes=google_calendar.SCOPES,
        more=(google_calendar.SIGN_IN, {}),
    )
    microsoft = OAuth(
        authorize_at=f"{settings.microsoft_login_url}/oauth2/v2.0/authorize",
        tokens=api("microsoft", settings.microsoft_login_url),
        token_path="/oauth2/v2.0/token",  # noqa: S106
        client_id=settings.microsoft_client_id,
        client_secret=settings.microsoft_client_secret,
        scopes=microsoft_calendar.SCOPES,
        more=(microsoft_calendar.SIGN_IN, {"scope": " ".join(microsoft_calendar.SCOPES)}),
    )
    return {
        "google": google_calendar.GoogleCalendar(google, api("google", settings.google_calendar_url)),
        "microsoft": microsoft_calendar.MicrosoftCalendar(microsoft, api("microsoft", settings.microsoft_graph_url)),
    }


def default_models(settings: Settings) -> tuple[tuple[ModelProvider, str], ...]:
    """`provider:model` apart by commas."""
    named = (one.partition(":") for one in settings.default_models.split(",") if one)
    return tuple((cast(ModelProvider, provider), model) for provider, _, model in named)


def embedding_model(settings: Settings) -> EmbeddingModel:
    return EmbeddingModel.named(settings.embedding_model, settings.embedding_dimensions)


def keyring_of(settings: Settings) -> Keyring:
    previous = settings.credentials_key_previous
    return Keyring(
        tokens=_key("tokens", settings.jwt_secret),
        credentials=_key("credentials", settings.credentials_key),
        previous=_key("credentials", previous) if previous else None,
    )


def _key(use: str, secret: str) -> bytes:
    """32 bytes for one use; the setting is random already, so one round of SHA-256 is enough."""
    return hashlib.sha256(f"{use}:{secret}".encode()).digest()


def platform_accounts(settings: Settings) -> Mapping[Provider, Credential]:
    """Those whose settings are complete."""
    sender = {"sender": settings.twilio_sender} if settings.twilio_sender else {}
    given: Mapping[Provider, Mapping[str, str]] = {
        "twilio": {"account_sid": settings.twilio_account_sid, "auth_token": settings.twilio_auth_token, **sender},
        "vapi": {"api_key": settings.vapi_api_key},
        "openai": {"api_key": settings.openai_api_key},
        "anthropic": {"api_key": settings.anthropic_api_key},
        "elevenlabs": {"api_key": settings.elevenlabs_api_key},
        "resend": {"api_key": settings.resend_api_key, "sender": settings.mail_from},
        "smtp": {
            "host": settings.smtp_host,
            "port": str(settings.smtp_port),
            "username": settings.smtp_username,
            "password": settings.smtp_password,
            "sender": settings.mail_from,
        },
    }
    return {
        provider: Credential(provider, values, values.get("account_sid"), is_platform=True)
        for provider, values in given.items()
        if all(values.values())
    }
