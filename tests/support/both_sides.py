"""Random changes here and in a calendar elsewhere, and whether both are equal afterwards."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from tests.support.business import sign_in
from tests.support.diary import book, slots
from tests.support.fakes import World
from tests.support.work import drive, run_jobs
from tools.fakes.calendars import Store


class Both:
    """Of one member of staff, within two weeks."""

    def __init__(self, world: World, client: httpx.Client, service: str, store: Store, dice: random.Random) -> None:
        self.world, self.client, self.service, self.store, self.dice = world, client, service, store, dice
        self.email = str(world.db.rows("SELECT email FROM users ORDER BY id LIMIT 1")[0]["email"])
        self.own = 0
        self.is_google = store is world.fakes.google.store

    def change(self, count: int) -> None:
        """So many changes, with a reading of the calendar now and then, and one at the end."""
        for _ in range(count):
            self.dice.choice(
                (self._book, self._move, self._cancel, self._theirs, self._move_there, self._delete_there)
            )()
            if self.dice.random() < 0.3:
                self.settle(1)
        self.settle(4)

    def settle(self, times: int) -> None:
        for _ in range(times):
            run_jobs(self.world)
            self.world.clock.advance(minutes=16)
            drive(self.world)
            run_jobs(self.world)
        sign_in(self.client, self.email)

    def differences(self) -> list[str]:
        """Appointments against our events there, and their events against the time that is taken here."""
        here = {
            str(row["starts_at"])[:16]: str(row["ends_at"])[:16]
            for row in self.world.db.rows("SELECT starts_at, ends_at FROM appointments WHERE status = 'booked'")
        }
        there = {s: e for key, (s, e) in self._events().items() if not key.startswith("own")}
        taken = {
            str(row["external_id"]): (str(row["starts_at"])[:16], str(row["ends_at"])[:16])
            for row in self.world.db.rows("SELECT external_id, starts_at, ends_at FROM calendar_events")
        }
        others = {key: span for key, span in self._events().items() if key.startswith("own")}
        found = [f"here only {one}" for one in here.items() - there.items()]
        found += [f"there only {one}" for one in there.items() - here.items()]
        found += [f"not taken {key}" for key in others.keys() - taken.keys()]
        found += [f"taken by nobody {key}" for key in taken.keys() - others.keys()]
        found += [f"elsewhere {key}" for key in others.keys() & taken.keys() if others[key] != taken[key]]
        live = [key for key in self.store.alive() if not key.startswith("own")]
        return found + ([f"{len(live)} events for {len(here)}"] if len(live) != len(here) else [])

    def _events(self) -> dict[str, tuple[str, str]]:
        return {
            key: (self._shown(one["start"]["dateTime"]), self._shown(one["end"]["dateTime"]))
            for key, one in self.store.alive().items()
        }

    @staticmethod
    def _shown(text: str) -> str:
        at = datetime.fromisoformat(text[:19] if text.endswith("0000000") else text)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC).strftime("%Y-%m-%d %H:%M")

    def _times(self, start: datetime, minutes: int) -> dict[str, Any]:
        ends = start + timedelta(minutes=minutes)
        if self.is_google:
            return {"start": {"dateTime": start.isoformat()}, "end": {"dateTime": ends.isoformat()}}
        plain = [one.strftime("%Y-%m-%dT%H:%M:%S.0000000") for one in (start, ends)]
        return {"start": {"dateTime": plain[0]}, "end": {"dateTime": plain[1]}}

    def _free(self) -> str | None:
        today = self.world.clock.now().date()
        found = slots(self.client, self.service, str(today + timedelta(days=3)), str(today + timedelta(days=12)))
        return str(self.dice.choice(found)["start"]) if found else None

    def _booked(self) -> str | None:
        rows = self.world.db.rows("SELECT id FROM appointments WHERE status = 'booked' ORDER BY id")
        return str(self.dice.choice(rows)["id"]) if rows else None

    def _book(self) -> None:
        if start := self._free():
            book(self.client, self.service, start)

    def _move(self) -> None:
        if (one := self._booked()) and (start := self._free()):
            self.client.patch(f"/api/v1/appointments/{one}", json={"start": start})

    def _cancel(self) -> None:
        if one := self._booked():
            self.client.post(f"/api/v1/appointments/{one}/cancel")

    def _somewhen(self) -> datetime:
        day = self.world.clock.now() + timedelta(days=self.dice.randint(3, 11))
        return day.replace(hour=self.dice.randint(7, 17), minute=self.dice.choice((0, 15, 30, 45)), second=0)

    def _theirs(self) -> None:
        self.own += 1
        event = {**self._times(self._somewhen(), self.dice.choice((30, 60, 90))), "summary": "Theirs"}
        self.store.put(f"own{self.own:05d}", event)

    def _move_there(self) -> None:
        if alive := sorted(self.store.alive()):
            key = self.dice.choice(alive)
            length = 45 if not key.startswith("own") else self.dice.choice((30, 60))
            self.store.put(key, {**self.store.events[key], **self._times(self._somewhen(), length)})

    def _delete_there(self) -> None:
        if alive := sorted(self.store.alive()):
            self.store.put(self.dice.choice(alive), {"deleted": True})
