# shellcheck shell=bash
# Sourced by the other scripts, in the project's root: installs what is missing. A step is done again only when one
# of its inputs has changed, so a second run installs nothing.

STAMPS=.cache/setup
export SCARF_ANALYTICS=false DO_NOT_TRACK=1 WRANGLER_SEND_METRICS=false PIP_DISABLE_PIP_VERSION_CHECK=1

fail() {
  echo "$*" >&2
  exit 1
}

digest() {
  if command -v sha256sum >/dev/null; then cat "$@" | sha256sum; else cat "$@" | shasum -a 256; fi | cut -d ' ' -f 1
}

# once STEP PRODUCT INPUT...: runs the function STEP unless PRODUCT is there and was made from these inputs.
once() {
  local step=$1 product=$2 wanted
  shift 2
  wanted=$(digest "$@" scripts/setup.sh)
  if [ -e "$product" ] && [ "$(cat "$STAMPS/$step" 2>/dev/null)" = "$wanted" ]; then return; fi
  rm -f "$STAMPS/$step"
  "$step" || fail "The set-up stopped at: $step."
  echo "$wanted" >"$STAMPS/$step"
}

check_tools() {
  command -v python3 >/dev/null || fail "Python 3.11 or newer is needed, and there is no python3 here."
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    fail "Python 3.11 or newer is needed; python3 is $(python3 --version 2>&1)."
  python3 -c 'import ensurepip, venv' 2>/dev/null ||
    fail "Python's venv module is needed (Debian and Ubuntu: apt-get install python3-venv)."
  command -v node >/dev/null || fail "Node.js is needed to install the JavaScript tools, and there is no node here."
  command -v npm >/dev/null || fail "npm is needed to install the JavaScript tools, and there is no npm here."
}

python_tools() {
  echo "Installing the Python tools (.venv)."
  .venv/bin/python -c '' 2>/dev/null || python3 -m venv --clear .venv
  .venv/bin/python -m pip install -qq --no-input --require-hashes -r requirements/dev.txt
}

# Versions and hashes are the lock file's. `npm ci` would also want the packages of every other system in it, which
# npm leaves out where a registry has no such package.
javascript_tools() {
  echo "Installing the JavaScript tools (node_modules)."
  npm install --no-save --no-audit --no-fund --loglevel=error
}

# For the Worker's own interpreter. What no Worker reads is left out of the upload: commands, type stubs, tests, and
# pydantic's version 1, 2 MB of memory once imported, which FastAPI looks for at every parameter and can do without.
worker_packages() {
  echo "Vendoring the Worker's packages (python_modules)."
  rm -rf .cache/python_modules
  .venv/bin/python -m pip install -qq --no-input --require-hashes --no-deps -r requirements/worker.txt \
    --target .cache/python_modules --platform pyemscripten_2026_0_wasm32 --python-version 3.14 \
    --only-binary=:all: --no-compile || return
  rm -rf .cache/python_modules/{bin,pydantic/v1}
  find .cache/python_modules -name '*.pyi' -delete
  find .cache/python_modules -type d \( -name tests -o -name __pycache__ \) -prune -exec rm -rf {} +
  rm -rf python_modules
  mv .cache/python_modules python_modules
}

docs_assets() {
  mkdir -p public/docs-assets
  cp node_modules/swagger-ui-dist/swagger-ui.css node_modules/swagger-ui-dist/swagger-ui-bundle.js \
    node_modules/swagger-ui-dist/{LICENSE,NOTICE,swagger-ui-bundle.js.LICENSE.txt} public/docs-assets/
  mkdir -p public/docs
  cp docs/problems.md public/docs/problems.md # what the `type` of a problem document points to
}

runtime_bundle() {
  .venv/bin/python -m tools.runtime bundle
}

set_up() {
  once python_tools .venv/bin/pytest requirements/dev.txt
  once javascript_tools node_modules/wrangler/bin/wrangler.js package.json package-lock.json
  once worker_packages python_modules/pydantic requirements/worker.txt
  once docs_assets public/docs-assets/swagger-ui-bundle.js package-lock.json docs/problems.md
  once runtime_bundle .cache/runtime/pyodide_dev.capnp.bin package-lock.json tools/runtime/build-bundle.mjs
}

check_tools
mkdir -p "$STAMPS"
# One at a time: dev.sh and test.sh may be started together.
(
  if command -v flock >/dev/null; then flock 9; fi
  set_up
) 9>"$STAMPS/lock" || exit 1
