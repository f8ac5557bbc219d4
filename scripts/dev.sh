#!/usr/bin/env bash
# Runs the Worker here, from a fresh clone: scripts/dev.sh [--port 8787] [--fresh] [--seed] [--fakes]
#   --fresh  forgets the local database, files and queues first
#   --seed   puts the demonstration data in and tells what to try
#   --fakes  starts stand-ins for every vendor, so that mails, texts and webhooks go somewhere
# Edits of src/ reload it; Ctrl-C ends it and everything it started.
set -euo pipefail
cd "$(dirname "$0")/.."
case "${1:-}" in -h | --help)
  sed -n '2,6s/^# //p' scripts/dev.sh
  exit
  ;;
esac
trap 'exit 130' INT
# shellcheck source=scripts/setup.sh
. scripts/setup.sh
exec .venv/bin/python -m tools.runtime dev "$@"
