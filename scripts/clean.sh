#!/usr/bin/env bash
# Removes what the other scripts made, the local database included. .dev.vars stays, since it may hold secrets that
# a person put there: scripts/clean.sh --all removes it too.
set -euo pipefail
cd "$(dirname "$0")/.."
rm -rf .venv node_modules python_modules .wrangler .cache dist public/docs-assets public/docs \
  .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage
find src tests tools bench scripts -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
if [ "${1:-}" = --all ]; then
  rm -f .dev.vars
elif [ -e .dev.vars ]; then
  echo "Kept .dev.vars; scripts/clean.sh --all removes it."
fi
