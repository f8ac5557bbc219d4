"""The diary as a conversation meets it: what is offered in words, held, booked, moved, cancelled."""

import re
import unicodedata
from dataclasses import dataclass, field, replace
from datetime import datetime

from errors import AppError, Invalid, NotFound
from modules.appointments import booking, changes, diary, queries
from modules.appointments.booking import Contact, Order
from modules.appointments.changes import Move
from modules.appointments.diary import Diary
from modules.appointments.errors import AppointmentClosed, SlotTaken, SlotUnavailable, TooLateToChange
from modules.appointments.offers import chosen, on_day, range_of
from modules.appointments.rows import appointment_of
from modules.appointments.schemas import Appointment, Source
from modules.appointments.slots import slots
from modules.appointments.values import Service, Slot, Span
from modules.appointments.values import Wish as SlotWish
from modules.date_words import day, time_of
from modules.dates.service import resolve
from modules.dates.values import Meaning
from modules.instants import stored
from modules.local_time import DAY_MIN, minutes, moment
from modules.phone import read_number
from ports.appointments import Found, Guest, Kept, Offer, Outcome, Wish
from ports.context import Ports
from ports.dialogue import Language

LOOK_AHEAD_DAYS = 31


@dataclass(frozen=True, slots=True)
class Desk:
    """Of one turn of one conversation."""

    ports: Ports
    place: tuple[str, str, int]  # tenant, conversation, turn
    language: Language
    source: Source
    caller: tuple[str | None, bool]  # the number, and whether a text to it has a number to come from
    email: str | None = None  # that they write from
    read: dict[int, Diary] = field(default_factory=dict)  # in this turn

    @property
    def tenant_id(self) -> str:
        return self.place[0]

    @property
    def caller_number(self) -> str | None:
        return self.caller[0]

    async def find(self, wish: Wish) -> Found:
        book_of = await self._diary(self._now())
        service = book_of.service(wish.service_id)
        if service is None:
            return Found(problem="no_service")
        meaning = self._meant(wish, book_of)
        if meaning.question:
            return Found(problem="unclear", question=meaning.question)
        zone, now = book_of.rules.zone, self._now()
        asked = range_of(meaning, now, zone, min(service.horizon_days, 366))
        if asked.last > book_of.span.last:  # a day that is far ahead
            book_of = await self._diary(moment(max(asked.first, minutes(now))))
        free = _free(book_of, service, wish)
        if not free:
            return Found(problem="none_free")
        offered, is_as_asked = chosen(free, asked, zone)
        return Found(tuple(self._offer(book_of, service, one) for one in offered), None, None, is_as_asked)

    def _meant(self, wish: Wish, book_of: Diary) -> Meaning:
        zone = book_of.rules.zone
        meaning = resolve(wish.words, self.language, self._now(), zone.key)
        if wish.near is not None:
            return on_day(meaning, datetime.fromisoformat(wish.near).date(), zone)
        return meaning

    async def hold(self, offer: Offer) -> Outcome:
        order = self._order(offer, None)
        try:
            held = await booking.book(self.ports, self.tenant_id, order)
        except (SlotTaken, SlotUnavailable):
            return await self._gone(offer)
        return Outcome(offers=(replace(offer, hold_id=held.id),))

    async def book(self, offer: Offer, guest: Guest) -> Outcome:
        contact = await self._contact(guest)
        if contact is None:
            return Outcome(problem="bad_number", offers=(offer,))
        order = replace(self._order(offer, contact), notes=guest.notes, request_key=f"{self.place[1]}:{self.place[2]}")
        try:
            made = await booking.book(self.ports, self.tenant_id, order)
        except (SlotTaken, SlotUnavailable):
            return await self._gone(offer)
        except Invalid as error:
            return Outcome(problem="missing", missing=_fields(error), offers=(offer,))
        except NotFound:
            return Outcome(problem="no_service")
        return Outcome(self._kept(made), is_confirmed_by=self._told(contact))

    async def mine(self, phone: str | None, name: str) -> tuple[Kept, ...]:
        number = await self._number(phone)
        email = self.email if phone is None else None
        if (number is None and email is None) or not (wanted := _names(name)):
            return ()
        (found,) = await self.ports.db.batch(queries.of_caller(self.tenant_id, number, email, stored(self._now())))
        rows = [row for row in found.rows if wanted & _names(str(row["name"]))]
        return tuple(self._kept(appointment_of(row)) for row in rows)

    async def move(self, kept: Kept, offer: Offer) -> Outcome:
        wish = Move(datetime.fromisoformat(offer.start), offer.staff_id, offer.service_id, "customer")
        release = queries.release(self.tenant_id, offer.hold_id)
        try:
            await self.ports.db.batch(release)
            moved = await changes.move(self.ports, self.tenant_id, kept.id, wish)
        except (SlotTaken, SlotUnavailable):
            return await self._gone(offer)
        except (AppointmentClosed, TooLateToChange, NotFound) as error:
            return _refused(error)
        return Outcome(self._kept(moved), is_confirmed_by=self._told(_contact_of(moved)))

    async def cancel(self, kept: Kept) -> Outcome:
        try:
            cancelled = await changes.cancel(self.ports, self.tenant_id, kept.id, "customer")
        except (AppointmentClosed, TooLateToChange, NotFound) as error:
            return _refused(error)
        return Outcome(self._kept(cancelled), is_confirmed_by=self._told(_contact_of(cancelled)))

    async def staff_named(self, words: str) -> str | None:
        book_of = await self._diary(self._now())
        said = _names(words)
        named = [one.id for one in book_of.rules.staff if one.name and _names(one.name) & said]
        return named[0] if len(named) == 1 else None

    def means_time(self, words: str) -> bool:
        return not resolve(words, self.language, self._now(), "UTC").is_empty

    def _now(self) -> datetime:
        return self.ports.clock.now()

    async def _diary(self, first: datetime) -> Diary:
        """From a moment on for a month; once for the questions of one turn."""
        begins = minutes(first)
        if begins not in self.read:
            span = Span(begins, begins + LOOK_AHEAD_DAYS * DAY_MIN)
            self.read[begins], _ = await diary.read(self.ports, self.tenant_id, span)
        return self.read[begins]

    def _order(self, offer: Offer, contact: Contact | None) -> Order:
        return Order(
            service_id=offer.service_id,
            start=datetime.fromisoformat(offer.start),
            staff_id=offer.staff_id,
            contact=contact,
            source=self.source,
            language=self.language,
            hold_id=offer.hold_id,
            conversation_id=self.place[1],
        )

    async def _gone(self, offer: Offer) -> Outcome:
        """The next ones, with anybody."""
        start = datetime.fromisoformat(offer.start)
        self.read.clear()
        book_of = await self._diary(start)
        service = book_of.service(offer.service_id)
        others = book_of.following(service, minutes(start), None) if service else []
        return Outcome(problem="gone", offers=tuple(self._offer(book_of, service, one) for one in others if service))

    async def _contact(self, guest: Guest) -> Contact | None:
        phone = await self._number(guest.phone) if guest.phone else self.caller_number
        if guest.phone and phone is None:
            return None
        return Contact(guest.name, phone, guest.email.lower() if guest.email else self.email)

    async def _number(self, said: str | None) -> str | None:
        if said is None:
            return self.caller_number
        (found,) = await self.ports.db.batch(queries.business(self.tenant_id))
        return read_number(said, str(found.rows[0]["country"]))

    def _told(self, contact: Contact) -> tuple[str, ...]:
        by_text = ("sms",) if contact.phone and self.caller[1] else ()
        return (*by_text, *(("email",) if contact.email else ()))

    def _offer(self, book_of: Diary, service: Service, slot: Slot) -> Offer:
        staff = book_of.staff(slot.staff_id)
        start = moment(slot.start)
        local = start.astimezone(staff.zone)
        return Offer(
            start=start.isoformat(),
            local=local.isoformat(),
            service_id=service.id,
            service=service.name,
            staff_id=staff.id,
            staff=staff.name,
            words=spoken(local, self.language),
        )

    def _kept(self, appointment: Appointment) -> Kept:
        local = datetime.fromisoformat(appointment.local)
        return Kept(
            id=appointment.id,
            service_id=appointment.service_id,
            service=appointment.service_name,
            staff_id=appointment.agent_id,
            staff=appointment.agent_name,
            start=appointment.start,
            local=appointment.local,
            words=spoken(local, self.language, is_short=False),
            name=(appointment.customer or {}).get("name") or "",
        )


def spoken(local: datetime, language: Language, *, is_short: bool = True) -> str:
    """Mardi 24 à 14 h 30."""
    return f"{day(local.date(), language, is_short=is_short)} {'à' if language == 'fr' else 'at'} {time_of(local, language)}"


def _free(book_of: Diary, service: Service, wish: Wish) -> list[Slot]:
    free = slots(book_of.rules, SlotWish(service, book_of.span, book_of.now, wish.staff_id), book_of.busy)
    if wish.after:
        free = [slot for slot in free if slot.start > minutes(datetime.fromisoformat(wish.after))]
    if wish.before:
        free = [slot for slot in free if slot.start < minutes(datetime.fromisoformat(wish.before))]
    return free


def _refused(error: AppError) -> Outcome:
    if isinstance(error, TooLateToChange):
        return Outcome(problem="too_late")
    return Outcome(problem="closed" if isinstance(error, AppointmentClosed) else "not_found")


def _fields(error: Invalid) -> tuple[str, ...]:
    errors = error.extra["errors"]
    return tuple(str(one["pointer"]).rpartition("/")[2] for one in errors) if isinstance(errors, list) else ()


def _contact_of(appointment: Appointment) -> Contact:
    customer = appointment.customer or {}
    return Contact(customer.get("name") or "", customer.get("phone"), customer.get("email"))


def _names(text: str) -> frozenset[str]:
    """The names in a text, without accents; short words are no names."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))
    return frozenset(word for word in re.findall(r"[a-z]{3,}", bare))
