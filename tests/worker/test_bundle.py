"""What is deployed: wrangler accepts it, and it has the parts that are read at run time."""

import re
from pathlib import Path

import pytest

from tools.runtime import wrangler
from tools.runtime.locations import ROOT

# The paid plan's limit, compressed; the free plan's is 3 MB.
LARGEST_KIB = 10 * 1024


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("bundle")
    out = folder / "dist"
    printed = wrangler.run("deploy", "--dry-run", "--outdir", str(out), project=ROOT, private=folder / "wrangler")
    return out, printed


def test_dry_run_of_a_deployment_stays_under_the_size_limit(bundle: tuple[Path, str]) -> None:
    found = re.search(r"Total Upload: ([\d.]+) KiB / gzip: ([\d.]+) KiB", bundle[1])
    assert found, bundle[1]
    print(found[0])
    assert float(found[2]) < LARGEST_KIB


def test_bundle_holds_the_source_and_the_vendored_packages(bundle: tuple[Path, str]) -> None:
    out, _ = bundle
    assert (out / "entry.py").is_file()
    assert (out / "python_modules/pydantic/__init__.py").is_file()
    assert list((out / "python_modules").glob("fastapi-*.dist-info"))


def test_bundle_holds_nothing_of_development(bundle: tuple[Path, str]) -> None:
    top = {path.name for path in bundle[0].iterdir()}
    assert not top & {"tools", "tests", "bench", ".dev.vars", "node_modules"}


def test_bundle_holds_nothing_that_would_be_imported_and_never_used(bundle: tuple[Path, str]) -> None:
    """2 MB of memory: FastAPI imports it wherever it finds it."""
    assert not (bundle[0] / "python_modules/pydantic/v1").exists()
