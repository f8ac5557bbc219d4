"""The ports of one request, handed down from the entry point."""

from collections.abc import Mapping
from dataclasses import dataclass

from ports.blobs import Blobs
from ports.calendars import Calendars
from ports.carrier import Carrier
from ports.challenges import Challenges
from ports.cipher import Cipher, Keyring
from ports.clock import Clock
from ports.database import Database
from ports.embedder import Embedder, EmbeddingModel, EmbeddingProvider, Reranker
from ports.files import Files, FileVendor
from ports.hosted import Assistants
from ports.ids import Ids
from ports.jobs import Jobs
from ports.key_derivation import KeyDerivation
from ports.language_model import LanguageModel, ModelProvider
from ports.limits import Limits
from ports.messages import Mailer, MailInbox, MailVendor, TextMessages, TextVendor
from ports.meter import Figures, Meter
from ports.outbound import Outbound
from ports.probes import Probes
from ports.speech import Speech, SpeechProvider
from ports.vectors import Vectors
from ports.vendors import Credential, Provider, Vendors


@dataclass(frozen=True, slots=True)
class Ports:
    db: Database
    clock: Clock
    ids: Ids
    kdf: KeyDerivation
    cipher: Cipher
    keyring: Keyring
    jobs: Jobs
    limits: Limits
    models: Mapping[ModelProvider, LanguageModel]
    default_models: tuple[tuple[ModelProvider, str], ...]  # of agents that name none, first choice first
    embedders: Mapping[EmbeddingProvider, Embedder]
    embedding: EmbeddingModel  # that new vectors are made with
    reranker: Reranker
    vectors: Vectors
    mailers: Mapping[MailVendor, Mailer]
    texts: Mapping[TextVendor, TextMessages]
    mail_inbox: MailInbox
    files: Mapping[FileVendor, Files]
    vendors: Vendors
    outbound: Outbound
    exempt_origins: frozenset[str]  # that the outgoing-request guard lets pass; empty in production
    platform: Mapping[Provider, Credential]  # the installation's own accounts
    probes: Probes
    challenges: Challenges
    meter: Meter
    figures: Figures
    calendars: Calendars
    carrier: Carrier
    assistants: Assistants
    blobs: Blobs
    speech: Mapping[SpeechProvider, Speech]
    trial_number: str  # the shared one of the installation, E.164; '' for none
    mail_domain: str  # whose addresses are ours: <slug>@it; '' for none
    app_url: str  # of the pages that the business's people work in; '' for none
    base_url: str  # of this installation, for links to its own pages; '' where a job of a laptop does not know it
