"""Invitations as mail programs take them: iCalendar (RFC 5545) with its method (RFC 5546), by the icalendar library."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ports.messages import Attachment

PRODUCT = "-//Coccinelle//Appointments//EN"


def attachment(invitation: Mapping[str, Any], sender: str) -> Attachment:
    """`sender` is the address that the mail comes from: Gmail and Outlook offer no answer to another organizer.

    Times are told in UTC, which every reader shows in a zone of its own: a VTIMEZONE could only say the same less
    exactly.
    """
    from icalendar import Calendar, Event, vCalAddress

    start, end = (datetime.fromisoformat(str(invitation[name])) for name in ("start", "end"))
    calendar, event = Calendar(), Event()
    method = str(invitation["method"])
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    event.add("uid", invitation["uid"])
    event.add("sequence", int(invitation["sequence"]))
    event.add("dtstamp", datetime.fromisoformat(f"{invitation['stamp']}+00:00"))
    event.add("dtstart", start)
    event.add("dtend", end)
    event.add("summary", invitation["summary"])
    event.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
    event.add("transp", "OPAQUE")
    if invitation["location"]:
        event.add("location", invitation["location"])
    organizer = vCalAddress(f"mailto:{sender}")
    organizer.params["CN"] = invitation["organizer"]
    event.add("organizer", organizer)
    if invitation["attendee"]:
        attendee = vCalAddress(f"mailto:{invitation['attendee']}")
        attendee.params.update({"CN": invitation["attendee_name"], "ROLE": "REQ-PARTICIPANT"})
        attendee.params.update({"PARTSTAT": "ACCEPTED", "RSVP": "FALSE"})
        event.add("attendee", attendee)
    calendar.add_component(event)
    content_type = f"text/calendar; method={method}; charset=UTF-8"
    return Attachment("invite.ics", content_type, calendar.to_ical())
