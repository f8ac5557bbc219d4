#!/usr/bin/env bash
# Writes what would be deployed to dist/, checked by wrangler itself, and tells its size.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/setup.sh
. scripts/setup.sh
rm -rf dist
mkdir -p .cache
.venv/bin/python -m tools.runtime wrangler deploy --dry-run --outdir dist >.cache/build.log 2>&1 ||
  { cat .cache/build.log >&2; fail "wrangler refused the bundle."; }
[ -f dist/entry.py ] || fail "dist/ holds no entry.py."
raw=$(find dist -type f -exec cat {} + | wc -c)
packed=$(tar -C dist -cf - . | gzip -9 | wc -c)
echo "dist/: $((raw / 1024)) KiB raw, about $((packed / 1024)) KiB with gzip; wrangler says:"
grep -i "total upload" .cache/build.log
