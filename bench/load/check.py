"""What is stored, compared with what was sent: by the rows themselves, not by the API."""

import json
from collections import Counter
from pathlib import Path

from bench.load.line import Log
from tools.fakes import Fakes
from tools.runtime import rows


def differences(state: Path, log: Log, fakes: Fakes) -> list[str]:
    """Nothing when every effect is there, and there once."""

    def read(query: str, *values: str) -> list[rows.Row]:
        return rows.read(state, query, values)

    found = []
    turns = "SELECT c.provider_call_id AS sid, COUNT(t.turn) AS turns FROM calls AS c LEFT JOIN call_turns AS t"
    turns += " ON t.tenant_id = c.tenant_id AND t.call_id = c.id AND t.turn > 0 GROUP BY c.id"
    stored = Counter(str(row["sid"]) for row in read(turns))
    found += [f"call {sid} is there {count} times" for sid, count in stored.items() if count != 1]
    counted = {str(row["sid"]): int(str(row["turns"])) for row in read(turns)}
    for sid, answered in log.calls.items():
        if counted.get(sid, -1) < answered:
            found.append(f"call {sid}: {answered} turns were answered, {counted.get(sid)} are stored")
    said = "SELECT conversation_id, turn, COUNT(*) AS n FROM omni_messages WHERE channel = 'voice' AND role = 'caller'"
    said += " GROUP BY tenant_id, conversation_id, turn HAVING n > 1"
    found += [f"conversation {row['conversation_id']!s}: turn {row['turn']!s} was heard twice" for row in read(said)]
    texts = Counter(str(row["id"]) for row in read("SELECT provider_id AS id FROM omni_messages WHERE channel = 'sms'"))
    found += [f"text {sid} is there {texts[sid]} times" for sid in log.texts if texts[sid] != 1]
    waiting = "SELECT id FROM omni_conversations WHERE channel = 'sms' AND answer_due_at IS NOT NULL"
    found += [f"conversation {row['id']!s} was not answered" for row in read(waiting)]
    sent = Counter(str(one["to"]) for one in fakes.twilio.messages)
    outbox = "SELECT recipient, SUM(status = 'sent') AS sent, COUNT(*) AS n FROM outbox WHERE channel = 'sms' GROUP BY recipient"
    for row in read(outbox):
        if row["sent"] != row["n"]:
            found.append(f"{row['n']!s} texts to {row['recipient']!s}, {row['sent']!s} were sent")
        if sent[str(row["recipient"])] != row["sent"]:
            found.append(
                f"{row['recipient']!s} got {sent[str(row['recipient'])]} texts, {row['sent']!s} are stored as sent"
            )
    founded = "SELECT u.email, MAX(t.onboarding_completed) AS done, COUNT(*) AS n FROM users AS u JOIN memberships AS m"
    founded += " ON m.user_id = u.id JOIN tenants AS t ON t.id = m.tenant_id GROUP BY u.email"
    there = {str(row["email"]): row for row in read(founded)}
    for email, is_done in log.founded.items():
        row = there.get(email, {})
        if row.get("n") != 1 or (is_done and row.get("done") != 1):
            found.append(f"{email} signed up once, completed {is_done}: stored {json.dumps(row)}")
    return found


def is_settled(state: Path) -> bool:
    """Nothing waits for a job any more."""
    waiting = "SELECT (SELECT COUNT(*) FROM omni_conversations WHERE answer_due_at IS NOT NULL)"
    waiting += " + (SELECT COUNT(*) FROM outbox WHERE status IN ('queued', 'sending') AND channel = 'sms')"
    waiting += " + (SELECT COUNT(*) FROM inbound_events WHERE handled_at IS NULL AND dead_at IS NULL) AS n"
    return rows.read(state, waiting) == [{"n": 0}]
