"""Wraps every tenant's data key under the present CREDENTIALS_KEY.

ADMIN_API_KEY=... python -m tools.rotate_keys --url https://desk.example

Before: put the new key as CREDENTIALS_KEY and the old one as CREDENTIALS_KEY_PREVIOUS. It can be interrupted at any
moment and run again; until it is through both keys read, and cron goes on with it as well.
"""

import argparse
import os
import sys

import httpx

PATH = "/api/v1/admin/credentials/rotate"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.rotate_keys", description="Rewraps all data keys.")
    parser.add_argument("--url", default="http://127.0.0.1:8787", help="where the Worker answers")
    url = parser.parse_args().url.rstrip("/")
    key = os.environ.get("ADMIN_API_KEY", "")
    if not key:
        print("Set ADMIN_API_KEY to the operator's key.", file=sys.stderr)
        return 1
    try:
        with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=60) as client:
            return rotate(client)
    except httpx.HTTPError as error:
        print(
            f"{url} did not answer ({type(error).__name__}). Run this again: it goes on where it was.", file=sys.stderr
        )
        return 1


def rotate(client: httpx.Client) -> int:
    """Calls until nothing remains; the exit code."""
    total = 0
    while True:
        answer = client.post(PATH)
        if answer.status_code != 200:
            print(f"The Worker answered {answer.status_code}: {answer.text[:500]}", file=sys.stderr)
            return 1
        said = answer.json()
        total += said["rewrapped"]
        print(f"{total} rewrapped, {said['remaining']} remain", flush=True)
        if said["remaining"] and not said["rewrapped"]:
            print("Nothing moves: another run may be at work, or unreadable keys stand in the way.", file=sys.stderr)
            return 1
        if not said["remaining"]:
            return finished(said["unreadable"])


def finished(unreadable: int) -> int:
    if unreadable:
        print(
            f"{unreadable} keys open under neither key: is CREDENTIALS_KEY_PREVIOUS the old one? "
            "What they seal reads as not configured.",
            file=sys.stderr,
        )
        return 1
    print(
        "Done. Remove CREDENTIALS_KEY_PREVIOUS; the rotation is over when a check of an integration works without it."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
