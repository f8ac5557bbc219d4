#!/usr/bin/env bash
# The checks: scripts/test.sh [fast|all]
#   fast  style, types and the tests on CPython
#   all   (default) also what is deployed and the tests over HTTP on workerd
# The last line counts the tests of both kinds; the exit code also tells a failed check and that no test ran.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
what=${1:-all}
case $what in fast | all) ;; *)
  echo "usage: scripts/test.sh [fast|all]" >&2
  exit 2
  ;;
esac
trap 'exit 130' INT
# shellcheck source=scripts/setup.sh
. scripts/setup.sh

# The booking page is looked at in the system's own Chromium.
browser() {
  for name in chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null; then return; fi
  done
  command -v apt-get >/dev/null || fail "Chromium is needed to look at the booking page; install it as your system does."
  local as_root=()
  if [ "$(id -u)" != 0 ]; then as_root=(sudo -n); fi
  echo "Installing Chromium."
  "${as_root[@]+"${as_root[@]}"}" apt-get update -qq &&
    "${as_root[@]+"${as_root[@]}"}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium \
      >/dev/null || fail "Chromium could not be installed (Debian: apt-get install chromium)."
}
if [ "$what" = all ]; then browser; fi

reports=$(mktemp -d)
trap 'rm -rf "$reports"' EXIT
broken=()

# limited SECONDS COMMAND...
limited() {
  if command -v timeout >/dev/null; then timeout --foreground -k 15 "$@"; else "${@:2}"; fi
}

check() {
  local name=$1
  shift
  echo "== $name"
  limited 1500 "$@" || broken+=("$name")
}

check "ruff check" .venv/bin/ruff check
check "ruff format" .venv/bin/ruff format --check --diff --quiet
check "mypy" .venv/bin/mypy
check "tests on CPython" .venv/bin/python -m pytest --quiet -n auto --dist worksteal --ignore=tests/worker --junitxml="$reports/CPython.xml"
if [ "$what" = all ]; then
  check "tests on workerd" .venv/bin/python -m pytest --quiet -n 2 --dist worksteal tests/worker --junitxml="$reports/workerd.xml"
fi

for name in "${broken[@]+"${broken[@]}"}"; do echo "FAILED: $name"; done
.venv/bin/python - "$reports" <<'PY' || exit 1
import sys
from pathlib import Path
from xml.etree import ElementTree

total = {"passed": 0, "failed": 0, "skipped": 0}
split = []
for report in sorted(Path(sys.argv[1]).glob("*.xml")):
    suites = ElementTree.parse(report).iter("testsuite")
    counts = [{key: int(suite.get(key, 0)) for key in ("tests", "failures", "errors", "skipped")} for suite in suites]
    failed = sum(one["failures"] + one["errors"] for one in counts)
    skipped = sum(one["skipped"] for one in counts)
    passed = sum(one["tests"] for one in counts) - failed - skipped
    split.append(f"{report.stem}: {passed} passed, {failed} failed, {skipped} skipped")
    for key, number in (("passed", passed), ("failed", failed), ("skipped", skipped)):
        total[key] += number
print("; ".join(split) or "no report of any test")
skipped = f", {total['skipped']} skipped" if total["skipped"] else ""
print(f"{total['passed']} passed, {total['failed']} failed{skipped}")
sys.exit(total["passed"] + total["failed"] == 0)
PY
[ ${#broken[@]} -eq 0 ]
