"""Whether anybody's time was given away twice: from the rows alone, by comparing every two of them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]


def overlaps(rows: Sequence[Row], capacities: Mapping[str, int]) -> list[tuple[str, str]]:
    """`rows` have id, agent_id, service_id, starts_at, ends_at, busy_from, busy_to and status."""
    active = [row for row in rows if row["status"] in ("booked", "held")]
    found = []
    for at, one in enumerate(active):
        for other in active[at + 1 :]:
            same = ("agent_id", "service_id", "starts_at", "ends_at")
            is_session = all(one[name] == other[name] for name in same) and capacities[one["service_id"]] > 1
            if one["agent_id"] != other["agent_id"] or is_session:
                continue
            if one["busy_from"] < other["busy_to"] and other["busy_from"] < one["busy_to"]:
                found.append((one["id"], other["id"]))
    seats = Counter((row["agent_id"], row["service_id"], row["starts_at"]) for row in active)
    found += [(str(key), "seats") for key, count in seats.items() if count > capacities[key[1]]]
    return found
