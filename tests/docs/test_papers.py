"""The papers say what the code does: commands exist, routes and problem kinds are listed, links lead somewhere."""

import importlib.util
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from fastapi.routing import APIRoute

from app import api
from errors import AppError
from settings import Settings
from tools.openapi import FILE, PAPER, paper, text

ROOT = Path(__file__).resolve().parents[2]
PAPERS = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
ROUTES = [(route.path, sorted(route.methods or ())[0]) for route in api.routes if isinstance(route, APIRoute)]


def read(name: str) -> str:
    return (ROOT / name).read_text()


def kinds(base: type[AppError] = AppError) -> set[str]:
    return {base.kind}.union(*(kinds(one) for one in base.__subclasses__()))


def test_the_openapi_document_is_current() -> None:
    assert FILE.read_text() == text(), "run: python -m tools.openapi"


def test_the_table_of_routes_is_current() -> None:
    assert PAPER.read_text() == paper(), "run: python -m tools.openapi"


@pytest.mark.parametrize(("path", "method"), ROUTES)
def test_every_route_is_in_the_api_paper(path: str, method: str) -> None:
    assert f"| `{method} {path}` |" in read("docs/api.md")


def test_every_problem_kind_has_its_heading_and_no_other() -> None:
    assert set(re.findall(r"^## (\w+)$", read("docs/problems.md"), re.MULTILINE)) == kinds()


def test_every_setting_is_in_the_operations_paper() -> None:
    paper = read("docs/operations.md")
    assert [name for name in Settings.model_fields if name.upper() not in paper and name != "version"] == []


def test_what_is_bound_in_production_is_made_in_the_operations_paper() -> None:
    config, paper = tomllib.loads(read("wrangler.toml")), read("docs/operations.md")
    names = [config["d1_databases"][0]["database_name"], config["r2_buckets"][0]["bucket_name"]]
    names += [config["vectorize"][0]["index_name"], config["queues"]["producers"][0]["queue"]]
    names += [config["queues"]["consumers"][0]["dead_letter_queue"], *config["secrets"]["required"]]
    assert [name for name in names if name not in paper] == []


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: path.name)
def test_commands_named_in_a_paper_exist(paper: Path) -> None:
    body = paper.read_text()
    scripts = set(re.findall(r"scripts/[\w.-]+\.sh", body))
    assert [script for script in scripts if not (ROOT / script).is_file()] == []
    for module in set(re.findall(r"python -m ((?:tools|bench)[\w.]*)", body)):
        assert importlib.util.find_spec(module), module


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: path.name)
def test_links_lead_somewhere(paper: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", paper.read_text())
    local = [target for target in targets if "://" not in target and not target.startswith("mailto:")]
    assert [target for target in local if not (paper.parent / target).exists()] == []


@pytest.mark.parametrize("name", ["dev", "test", "build", "clean", "lock", "setup"])
def test_scripts_are_valid_shell(name: str) -> None:
    subprocess.run(["bash", "-n", str(ROOT / f"scripts/{name}.sh")], check=True, timeout=10)
