"""Every statement of every queries.py is prepared against the schema: a column that is not there fails here."""

import importlib
import inspect
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args, get_origin

import pytest

from ports.database import Statement
from tests.support.sqlite import SCHEMA

SRC = Path(__file__).resolve().parents[2] / "src"
# Those of table_queries.py are tried for every table in tests/modules/test_owned_tables.py.
QUERIES = sorted(path for path in SRC.rglob("*queries.py") if path.stem != "table_queries")
# Statements over tenants' rows that no tenant is known for beforehand, and why.
FOUND_OTHERWISE = {
    "modules.operations.queries": "the operator's figures and housekeeping",
    "modules.threads.queries.owner_of_number": "found by the number that was written to",
    "modules.threads.queries.owner_of_account": "found by the account that was written to",
    "modules.threads.file_queries.overdue": "cron's: all tenants' files",
    "modules.channels.queries.seen_delivered": "found by the vendor's own id of a message",
    "modules.mail.queries.tenant_by_slug": "found by the address that was written to",
    "modules.mail.queries.mail_sent": "found by the vendor's own id of a mail",
    "modules.conclusions.queries.close_idle": "cron's: all tenants' conversations",
    "modules.conclusions.queries.due": "cron's: all tenants' conversations",
    "modules.web_chat.queries.business": "found by the slug of a public page",
    "modules.threads.queries.due": "cron's: all tenants' conversations",
    "modules.calls.queries": "found by the provider's own id of the call, or the called number",
    "modules.audio.queries.audio": "found by a signed address",
    "modules.calls.side_queries.keep_partial": "found by the provider's own id of the call",
    "modules.calls.side_queries.call_by_provider": "found by the provider's own id of the call",
    "modules.calls.side_queries.handover": "found by the provider's own id of the call",
    "modules.calls.hosted_queries.answered_tools": "found by the provider's own ids",
    "modules.calls.hosted_queries.keep_answer": "an event belongs to nobody until it is acted on",
    "modules.calls.hosted_queries.route": "found by the called number",
    "modules.calls.hosted_queries.last_document": "found by the provider's own id of the call",
    "modules.calls.hosted_queries.settings": "found by the provider's own id of the call",
    "modules.calls.hosted_queries.end_reason": "found by the provider's own id of the call",
    "modules.calls.hosted_queries.insert_transcript": "found by the provider's own id of the call",
    "modules.calls.outbound_queries.answered": "found by our own id of the call, that stands in its signed address",
    "modules.phone_lines.proof_queries.test_arrived": "found by the call that has arrived",
    "modules.calls.queries.route_trial": "found by the calling number",
    "modules.phone_lines.queries.platform_number": "the operator's pool of numbers",
    "modules.phone_lines.queries.save_platform": "the operator's pool of numbers",
    "modules.phone_lines.queries.due": "the driver of everybody's numbers",
    "modules.calls.relay_queries.relay": "found by the token of the socket",
    "modules.onboarding.queries.funnel": "the operator's figures",
    "modules.calls.side_queries.stored_recording": "found by the provider's own id of the call",
    "modules.calls.side_queries.copies_due": "the driver of everybody's recordings",
    "modules.crawling.queries.due": "the driver of everybody's crawls",
    "modules.knowledge.chunk_queries.tenants_to_cut": "the driver of everybody's texts",
    "modules.knowledge.vector_queries.tenants_due": "the driver of everybody's vectors",
    "modules.knowledge.vector_queries.held": "how many vectors the index should hold, of everybody",
    "modules.identity.queries.login_by_email": "found by the person who signs in",
    "modules.identity.queries.tenants_of": "the tenants of one person",
    "modules.identity.queries.insert_audit": "a deed may have no tenant",
    "modules.identity.session_queries": "found by a session or a secret token",
    "modules.identity.api_key_queries.principal_by_key": "found by the key",
    "modules.identity.api_key_queries.touch_key": "found by the key",
    "modules.identity.team_queries.invitation_by_token": "found by a secret token",
    "modules.identity.team_queries.insert_invited_user": "found by an invitation that its token has opened",
    "modules.appointments.public_queries.tenant_by_slug": "found by the address of the page",
    "modules.appointments.reminder_queries.reminders_due": "the driver of everybody's reminders",
    "modules.appointments.waiting_queries.expired": "the driver of everybody's offers",
    "modules.calendars.driver_queries": "the driver of everybody's calendars; found by what a vendor names",
    "modules.messaging.outbox_queries": "the driver of everybody's messages",
    "modules.webhooks.delivery_queries": "the driver of everybody's deliveries, and the provider's own id of the call",
    "modules.credentials.key_queries.keys_under_others": "the rotation of everybody's keys",
    "modules.credentials.key_queries.count_under_others": "the rotation of everybody's keys",
    "modules.credentials.key_queries.tenants_with_account": "found by the account that a vendor names",
    "modules.credentials.key_queries.tenant_by_webhook_token": "found by the address that was called",
    "modules.inbox.queries": "the driver of everybody's events, and the operator's view of them",
    "modules.omnichannel.sender_queries": "found by the call, message or number that a vendor names",
    "modules.personal_data.retention_queries": "cron's: what all tenants have kept for long enough",
    "modules.personal_data.sweeping_queries": "the indexes of words are everybody's",
    "modules.personal_data.leaving_queries.due": "cron's: all tenants that leave",
    "modules.personal_data.leaving_queries.empty_users": "people who belong to no tenant any more",
    "modules.personal_data.leaving_queries.delete_user": "people who belong to no tenant any more",
    "modules.omnichannel.number_queries.holder": "found by the number",
    "modules.omnichannel.number_queries.platform_number": "the operator's pool of numbers",
    "modules.omnichannel.number_queries.put_platform_number": "the operator's pool of numbers",
    "modules.omnichannel.number_queries.release_pool_number": "the operator's pool of numbers",
}
SAMPLES = {"str": "x", "int": 1, "float": 1.0}


def functions() -> list[tuple[str, Callable[..., Statement]]]:
    found: list[tuple[str, Callable[..., Statement]]] = []
    for path in QUERIES:
        name = ".".join(path.relative_to(SRC).with_suffix("").parts)
        module = importlib.import_module(name)
        found += [
            (f"{name}.{key}", function)
            for key, function in inspect.getmembers(module, inspect.isfunction)
            if function.__module__ == name
        ]
    return found


def sample(annotation: Any) -> Any:
    """A value of the annotated type; a tuple of unknown length is long enough for any statement."""
    if get_origin(annotation) is tuple:
        args = get_args(annotation)
        return tuple(sample(arg) for arg in args) if args[-1] is not ... else ("x",) * 40
    options = [arg for arg in get_args(annotation) if arg is not type(None)]
    return sample(options[0]) if options else SAMPLES[annotation.__name__]


@pytest.fixture(scope="module")
def empty() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.executescript(SCHEMA.read_text())
    return connection


@pytest.mark.parametrize(("name", "function"), functions(), ids=lambda value: value if isinstance(value, str) else "")
def test_a_statement_fits_the_schema(name: str, function: Callable[..., Statement], empty: sqlite3.Connection) -> None:
    signature = inspect.signature(function, eval_str=True)
    statement = function(*(sample(parameter.annotation) for parameter in signature.parameters.values()))
    numbers = {int(number) for number in re.findall(r"\?(\d+)", statement.sql)}
    assert numbers == set(range(1, max(numbers, default=0) + 1)), "parameters are numbered without a gap"
    assert len(statement.params) >= len(numbers)
    empty.execute(f"EXPLAIN {statement.sql}", ["x"] * len(numbers)).fetchall()


@pytest.fixture(scope="module")
def tenant_tables(empty: sqlite3.Connection) -> frozenset[str]:
    names = [name for (name,) in empty.execute("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')")]
    has = {name: [c[1] for c in empty.execute(f"PRAGMA table_xinfo({name})")] for name in names}
    return frozenset(name for name, columns in has.items() if "tenant_id" in columns) | {"tenants"}


@pytest.mark.parametrize(("name", "function"), functions(), ids=lambda value: value if isinstance(value, str) else "")
def test_a_statement_over_tenants_rows_takes_the_tenant_first(
    name: str, function: Callable[..., Statement], tenant_tables: frozenset[str]
) -> None:
    if name in FOUND_OTHERWISE or name.rpartition(".")[0] in FOUND_OTHERWISE:
        return
    signature = inspect.signature(function, eval_str=True)
    statement = function(*(sample(parameter.annotation) for parameter in signature.parameters.values()))
    tables = set(re.findall(r"\b(?:FROM|JOIN|INTO|UPDATE)\s+(\w+)", statement.sql))
    if tables & tenant_tables:
        assert next(iter(signature.parameters)) == "tenant_id"
        assert "?1" in statement.sql
        assert re.search(r"\btenant_id\b|\btenants\b", statement.sql)


def test_every_exception_still_stands() -> None:
    names = {name for name, _ in functions()}
    assert {one for one in FOUND_OTHERWISE if one not in names | {name.rpartition(".")[0] for name in names}} == set()
