"""The Worker itself, over real HTTP on workerd; state, variables and log are the test run's own."""

from collections.abc import Callable, Iterator, Mapping
from itertools import count
from pathlib import Path

import httpx
import pytest

from tests.support.business import onboard
from tests.support.patience import PATIENT
from tools.fakes import Fakes
from tools.fakes.server import FakeServer
from tools.fakes.smtp import Mailbox, MailServer
from tools.runtime import LocalWorker, rows

Sql = Callable[..., list[rows.Row]]
_NUMBERS = count()


@pytest.fixture(scope="session")
def vendors() -> Iterator[FakeServer]:
    with FakeServer(Fakes()) as server:
        yield server


@pytest.fixture(scope="session")
def mail_server() -> Iterator[MailServer]:
    with MailServer(Mailbox()) as server:
        yield server


@pytest.fixture(scope="session")
def other_mail_server() -> Iterator[MailServer]:
    """Under an authority that the Worker has not been told of."""
    with MailServer(Mailbox()) as server:
        yield server


@pytest.fixture(scope="session")
def authority(mail_server: MailServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return mail_server.write_authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session")
def variables(vendors: FakeServer, mail_server: MailServer, other_mail_server: MailServer) -> Mapping[str, str]:
    """The Worker's settings and secrets, known to the tests that sign something."""
    return {
        **vendors.fakes.variables(vendors.origin),
        "DEV_OUTBOUND_ORIGINS": ",".join((vendors.origin, mail_server.origin, other_mail_server.origin)),
        **{f"{vendor}_CLIENT_{part}": "fakes" for vendor in ("GOOGLE", "MICROSOFT") for part in ("ID", "SECRET")},
        "RESEND_API_KEY": "re_fakes_0123456789",
        "MAIL_FROM": "Coccinelle <desk@sample.example>",
        "MAIL_DOMAIN": "desk.sample.example",
        "TWILIO_SENDER": "+33199000000",
        "VAPI_WEBHOOK_SECRET": "vapi-secret-0123456789",
        "ENVIRONMENT": "development",
        "JWT_SECRET": "test-jwt-secret-0123456789abcdef0123456789abcdef",
        "CREDENTIALS_KEY": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
        "METRICS_TOKEN": "test-metrics-token-0123456789abcdef",
        "ADMIN_API_KEY": "test-admin-api-key-0123456789abcdef",
        "TWILIO_ACCOUNT_SID": "AC00000000000000000000000000000001",
        "TWILIO_AUTH_TOKEN": "0123456789abcdef0123456789abcdef",
    }


@pytest.fixture(scope="session")
def worker(
    tmp_path_factory: pytest.TempPathFactory, variables: Mapping[str, str], authority: Path
) -> Iterator[LocalWorker]:
    """One for the whole run: a test keeps to a tenant of its own."""
    with _migrated(tmp_path_factory.mktemp("worker"), variables, authority) as started:
        yield started


@pytest.fixture
def own_worker(tmp_path: Path, variables: Mapping[str, str], authority: Path) -> Iterator[LocalWorker]:
    """For a test that kills its Worker, or wants an empty database or unused limits."""
    with _migrated(tmp_path, variables, authority) as started:
        yield started


@pytest.fixture(scope="session")
def http(worker: LocalWorker) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=worker.url, **PATIENT) as client:
        yield client


@pytest.fixture
def number() -> str:
    """No other test's."""
    return f"+3319902{next(_NUMBERS):04d}"


@pytest.fixture
def owner(worker: LocalWorker, number: str) -> Iterator[httpx.Client]:
    """Signed in to a business of its own that answers at `number`."""
    with httpx.Client(base_url=worker.url, **PATIENT) as client:
        onboard(client, number=number)
        yield client


@pytest.fixture(scope="session")
def sql(worker: LocalWorker) -> Sql:
    """`sql("SELECT ... WHERE id = ?1", id)`: the rows that are committed now."""

    def read(query: str, *parameters: rows.Value) -> list[rows.Row]:
        return rows.read(worker.persist_to, query, parameters)

    return read


def _migrated(folder: Path, variables: Mapping[str, str], authority: Path) -> LocalWorker:
    worker = LocalWorker(
        persist_to=folder / "state", variables=variables, log_path=folder / "worker.log", authority=authority
    )
    worker.migrate()
    return worker
