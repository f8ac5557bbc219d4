"""Rows as appointments."""

from datetime import datetime
from zoneinfo import ZoneInfo

from modules.appointments.schemas import Appointment
from ports.database import Row


def appointment_of(row: Row) -> Appointment:
    """From the columns of queries.appointment."""
    zone = str(row["staff_timezone"])
    start = datetime.fromisoformat(f"{row['starts_at']}+00:00")
    customer = {"name": row["name"], "phone": row["phone"], "email": row["email"]} if row["name"] else None
    return Appointment.model_validate(
        {
            **row,
            "start": row["starts_at"],
            "end": row["ends_at"],
            "local": start.astimezone(ZoneInfo(zone)).isoformat(timespec="seconds"),
            "agent_name": row["staff_name"],
            "customer": customer,
            "timezone": row["timezone"] or zone,
        }
    )
