"""What a business leaves in the database in a day: rows written, round trips, bytes; and so what one database holds

python -m bench.footprint [--calls 20] [--texts 30]. Prints Markdown. Rows are counted as D1 charges them (indexes too), from
/metrics; bytes are those of the file's pages in use.
"""

import argparse
import time
from collections import Counter

import httpx
from prometheus_client.parser import text_string_to_metric_families
from twilio.request_validator import RequestValidator

from bench.load.check import is_settled
from bench.load.users import ACCOUNT, QUESTIONS, SMS, TOKEN
from bench.probe import BUSY, VARIABLES, served
from tests.support.business import onboard
from tests.support.signed import sms
from tools.caller.session import SimulatedCall
from tools.runtime import LocalWorker, rows

NUMBER = "+33199001234"
D1_BYTES = 10e9  # developers.cloudflare.com/d1/platform/limits
TURNS = 5


class Footprint:
    def __init__(self, worker: LocalWorker) -> None:
        self.worker = worker
        self.client = httpx.Client(base_url=worker.url, timeout=60)
        onboard(self.client, number=NUMBER)

    def counted(self) -> Counter[str]:
        """Rows written and round trips, all of them; bytes in use."""
        self.settle()
        headers = {"Authorization": f"Bearer {VARIABLES['METRICS_TOKEN']}"}
        found: Counter[str] = Counter()
        for family in text_string_to_metric_families(self.client.get("/metrics", headers=headers).text):
            for sample in family.samples:
                if sample.name in ("coccinelle_d1_rows_written_total", "coccinelle_d1_round_trips_total"):
                    found[sample.name] += int(sample.value)
        pages = rows.read(
            self.worker.persist_to,
            "SELECT page_count - freelist_count AS n, page_size AS size FROM"
            " pragma_page_count, pragma_freelist_count, pragma_page_size",
        )[0]
        found["bytes"] = int(str(pages["n"])) * int(str(pages["size"]))
        return found

    def settle(self) -> None:
        ends = time.monotonic() + 120
        while time.monotonic() < ends:
            self.worker.scheduled("* * * * *")
            time.sleep(4)
            if is_settled(self.worker.persist_to):
                return

    def call(self, number: int) -> None:
        caller = f"+3363998{number % 10_000:04d}"
        call = SimulatedCall(self.client, NUMBER, caller, ACCOUNT, TOKEN)
        call.start()
        for words in QUESTIONS[:TURNS]:
            call.say(words)
        call.hang_up()

    def text(self, number: int) -> None:
        params = sms(
            QUESTIONS[number % len(QUESTIONS)], NUMBER, MessageSid=f"SM{number:032x}", From=f"+3363997{number:04d}"
        )
        signature = RequestValidator(TOKEN).compute_signature(f"{self.worker.url}{SMS}", params)
        assert self.client.post(SMS, data=params, headers={"X-Twilio-Signature": signature}).status_code == 200


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--calls", type=int, default=20)
    arguments.add_argument("--texts", type=int, default=30)
    given = arguments.parse_args()
    with served(BUSY) as (worker, _):
        footprint = Footprint(worker)
        before, total = footprint.counted(), Counter[str]()
        print("| of one | rows written | round trips | bytes |\n|---|---|---|---|")
        for name, count, act in (
            (f"call of {TURNS} turns", given.calls, footprint.call),
            ("text with its answer", given.texts, footprint.text),
        ):
            for number in range(count):
                act(number)
            after = footprint.counted()
            spent = after - before
            total += spent
            each = " | ".join(f"{spent[key] / count:.0f}" for key in sorted(spent, key=_order))
            print(f"| {name}, with its report and mail | {each} |", flush=True)
            before = after
        day = total["bytes"]
        print(
            f"\nA day of {given.calls} calls and {given.texts} texts: {total['coccinelle_d1_rows_written_total']} rows, "
            f"{total['coccinelle_d1_round_trips_total']} round trips, {day / 1e6:.2f} MB."
        )
        print(f"One database of {D1_BYTES / 1e9:.0f} GB holds {D1_BYTES / day / 365:.0f} such businesses for a year.")


def _order(name: str) -> int:
    return ("coccinelle_d1_rows_written_total", "coccinelle_d1_round_trips_total", "bytes").index(name)


if __name__ == "__main__":
    main()
