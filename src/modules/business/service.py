"""What a business says of itself, as statements for the batch of whoever saves or reads it."""

import json
from collections.abc import Sequence

from modules.business import queries
from modules.business.schemas import Profile, ProfileOut, ServiceList, ServiceListOut, ServiceOut
from modules.phone import to_e164
from ports.database import Result, Statement
from ports.dialogue import WEEKDAYS
from ports.ids import Ids

# Where a euro is not what a price without a currency means.
CURRENCIES = {"CH": "CHF", "LI": "CHF", "GB": "GBP", "US": "USD", "CA": "CAD", "MA": "MAD", "TN": "TND", "DZ": "DZD"}


def save_profile(tenant_id: str, profile: Profile, at: str) -> tuple[Statement, ...]:
    """Raises Invalid for an impossible phone number."""
    phone = to_e164(profile.phone, profile.country, "/phone") if profile.phone else None
    openings = [[day, opens, closes] for day, hours in profile.opening_hours.items() for opens, closes in hours]
    fields = (
        profile.company_name,
        profile.sector,
        profile.email,
        phone,
        profile.website,
        profile.address,
        profile.country,
        profile.timezone,
    )
    return (
        queries.update_profile(tenant_id, fields, at),
        queries.delete_hours(tenant_id),
        queries.insert_hours(tenant_id, json.dumps(openings)),
    )


def save_services(tenant_id: str, country: str, command: ServiceList, ids: Ids, at: str) -> tuple[Statement, ...]:
    """Raises Invalid for an impossible transfer number."""
    number = to_e164(command.transfer_number, country, "/transfer_number") if command.transfer_number else None
    rows = []
    for service in command.services:
        row = service.model_dump() | {"id": ids.new("svc")}
        if service.price_minor is not None and service.currency is None:
            row["currency"] = CURRENCIES.get(country, "EUR")
        rows.append(row)
    return (
        queries.archive_onboarding_services(tenant_id, at),
        queries.delete_onboarding_services(tenant_id),
        queries.insert_onboarding_services(tenant_id, json.dumps(rows), at),
        queries.update_transfer_number(tenant_id, number, at),
    )


def read_all(tenant_id: str) -> tuple[Statement, Statement, Statement]:
    return queries.profile(tenant_id), queries.hours(tenant_id), queries.services(tenant_id)


def profile_out(profile: Result, hours: Result) -> ProfileOut:
    row = profile.rows[0]
    openings = {
        day: [(str(r["opens"]), str(r["closes"])) for r in hours.rows if r["weekday"] == day] for day in WEEKDAYS
    }
    return ProfileOut.model_validate(
        {**row, "company_name": row["name"], "opening_hours": {day: times for day, times in openings.items() if times}}
    )


def services_out(profile: Result, services: Result) -> ServiceListOut:
    number = profile.rows[0]["transfer_number"]
    return ServiceListOut(services=_services(services.rows), transfer_number=str(number) if number else None)


def _services(rows: Sequence[object]) -> list[ServiceOut]:
    return [ServiceOut.model_validate(row) for row in rows]
