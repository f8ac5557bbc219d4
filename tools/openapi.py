"""Writes public/openapi.json from the code: python -m tools.openapi [--check]"""

import argparse
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "public/openapi.json"


def text() -> str:
    sys.path.insert(0, str(ROOT / "src"))
    from app import api
    from web.openapi import document

    return json.dumps(document(api), ensure_ascii=False, indent=1, sort_keys=False) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.openapi")
    parser.add_argument("--check", action="store_true", help="only say whether the file is current")
    if not parser.parse_args().check:
        FILE.write_text(text())
        return 0
    if FILE.read_text() == text():
        return 0
    print("public/openapi.json is not what the code says; run: python -m tools.openapi", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
