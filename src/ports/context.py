"""The ports of one request, handed down from the entry point."""

from dataclasses import dataclass

from ports.clock import Clock
from ports.database import Database
from ports.ids import Ids
from ports.jobs import Jobs
from ports.key_derivation import KeyDerivation
from ports.language_model import LanguageModel
from ports.probes import Probes


@dataclass(frozen=True, slots=True)
class Ports:
    db: Database
    clock: Clock
    ids: Ids
    kdf: KeyDerivation
    jobs: Jobs
    model: LanguageModel
    probes: Probes
