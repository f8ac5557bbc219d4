"""Writes what is generated from the code, public/openapi.json and the table of docs/api.md.

python -m tools.openapi [--check]
"""

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "public/openapi.json"
PAPER = ROOT / "docs/api.md"
BEGIN, END = "<!-- routes: written by python -m tools.openapi -->", "<!-- end of routes -->"
WHO = {
    "public": "anybody",
    "limited_public": "anybody, limited",
    "operator": "`ADMIN_API_KEY`",
    "metrics_reader": "`METRICS_TOKEN`",
    "developer": "development only",
    "verified_sender": "the vendor, signed",
}


def _document() -> dict[str, Any]:
    sys.path.insert(0, str(ROOT / "src"))
    from app import api
    from web.openapi import document

    return document(api)


def text() -> str:
    return json.dumps(_document(), ensure_ascii=False, indent=1) + "\n"


def _guards() -> Mapping[tuple[str, str], str]:
    """Who may call each (method, path)."""
    from fastapi.routing import APIRoute

    from app import api
    from modules.identity.permissions import roles_with
    from web.auth import Need, guard_of

    found: dict[tuple[str, str], str] = {}
    for route in api.routes:
        if isinstance(route, APIRoute):
            guard = guard_of(route)
            who = (
                f"`{guard.permission}`: {', '.join(roles_with(guard.permission))}" if isinstance(guard, Need) else None
            )
            found |= {(method, route.path): who or WHO[guard.__name__] for method in route.methods or ()}
    return found


def routes() -> str:
    document, guards = _document(), _guards()
    lines = ["| call | who | what | problems |", "|---|---|---|---|"]
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            what = (operation.get("description") or operation["summary"]).split("\n")[0].rstrip(".")
            problems = " ".join(sorted(code for code in operation["responses"] if code >= "4"))
            who = guards[method.upper(), path]
            lines.append(f"| `{method.upper()} {path}` | {who} | {what} | {problems} |")
    return "\n".join(lines)


def paper() -> str:
    """docs/api.md with its table as it should be."""
    head, _, rest = PAPER.read_text().partition(BEGIN)
    return f"{head}{BEGIN}\n{routes()}\n{END}{rest.partition(END)[2]}"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.openapi")
    parser.add_argument("--check", action="store_true", help="only say whether the files are current")
    wanted = {FILE: text(), PAPER: paper()}
    if not parser.parse_args().check:
        for path, content in wanted.items():
            path.write_text(content)
        return 0
    stale = [path for path, content in wanted.items() if path.read_text() != content]
    for path in stale:
        print(f"{path.relative_to(ROOT)} is not what the code says; run: python -m tools.openapi", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
