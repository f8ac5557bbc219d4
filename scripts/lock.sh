#!/usr/bin/env bash
# Writes the lock files again from pyproject.toml and package.json: versions and hashes, no addresses.
set -euo pipefail
cd "$(dirname "$0")/.."
compile() {
  .venv/bin/pip-compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links \
    --strip-extras --allow-unsafe --no-header --upgrade "$@"
}
compile pyproject.toml --output-file requirements/worker.txt
.venv/bin/python - <<'PY' | compile - --output-file requirements/dev.txt --constraint requirements/worker.txt
import tomllib
with open("pyproject.toml", "rb") as file:
    project = tomllib.load(file)
print("\n".join([*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]))
PY
.venv/bin/python - <<'PY' | compile - --output-file requirements/bench.txt --constraint requirements/dev.txt
import tomllib
with open("pyproject.toml", "rb") as file:
    project = tomllib.load(file)
print("\n".join(project["dependency-groups"]["bench"]))
PY
npm_config_omit_lockfile_registry_resolved=true npm install --package-lock-only
