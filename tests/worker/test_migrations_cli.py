"""wrangler itself applies the migrations and the schema, on D1 as workerd has it."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.database.databases import MIGRATIONS, ROOT, SCHEMA, connect, rows, run, sound, structure
from tests.database.facts import count, legacy_facts
from tests.database.legacy_data import edit, fill
from tools.runtime import wrangler

TIMEOUT_S = 120.0

CONFIG = """\
name = "migrations"
compatibility_date = "2026-10-01"

[[d1_databases]]
binding = "DB"
database_name = "coccinelle-db"
database_id = "00000000-0000-0000-0000-000000000000"
migrations_dir = "migrations"
"""


def d1(*args: str, project: Path, state: Path) -> str:
    local = ("coccinelle-db", "--local", "--persist-to", str(state))
    command = ("d1", *args[:-1], *local, args[-1]) if args[0] == "execute" else ("d1", *args, *local)
    return wrangler.run(*command, project=project, private=state.parent / "private", timeout_s=TIMEOUT_S)


def database(state: Path) -> sqlite3.Connection:
    (file,) = (f for f in state.glob("v3/d1/*/*.sqlite") if f.name != "metadata.sqlite")
    return connect(file)


class Project:
    """A directory with a configuration, some of the migrations, and the state that wrangler keeps in it."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.state = directory / "state"
        (directory / "migrations").mkdir()
        (directory / "wrangler.toml").write_text(CONFIG)

    def add_migrations(self, upto: int = 9999) -> None:
        for file in MIGRATIONS:
            if int(file.name[:4]) <= upto:
                (self.directory / "migrations" / file.name).write_text(file.read_text())

    def apply(self) -> str:
        return d1("migrations", "apply", project=self.directory, state=self.state)

    def database(self) -> sqlite3.Connection:
        return database(self.state)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def test_both_commands_make_the_same_database(tmp_path: Path) -> None:
    """As they are typed in the project, on two empty databases."""
    states = tmp_path / "migrated", tmp_path / "written"

    d1("migrations", "apply", project=ROOT, state=states[0])
    d1("execute", f"--file={SCHEMA.relative_to(ROOT)}", project=ROOT, state=states[1])

    with closing(database(states[0])) as migrated, closing(database(states[1])) as made:
        assert structure(migrated) == structure(made)
        assert {"table omni_agent_configs", "view business_facts"} <= structure(made).keys()
        assert [row["name"] for row in rows(migrated, "SELECT name FROM d1_migrations ORDER BY id")] == [
            file.name for file in MIGRATIONS
        ]


def test_a_filled_legacy_database_is_upgraded_on_d1(project: Project) -> None:
    project.add_migrations(upto=3)
    project.apply()
    with closing(project.database()) as legacy:
        fill(legacy)
    project.add_migrations(upto=4)
    project.apply()
    with closing(project.database()) as legacy:
        edit(legacy)
        facts = legacy_facts(legacy)

    project.add_migrations()
    project.apply()

    with closing(project.database()) as upgraded:
        counted = count(facts, upgraded)
        assert counted.lost == ()
        assert counted.before == counted.carried + counted.rejected
        assert sound(upgraded)
        with closing(connect()) as written:
            run(written, SCHEMA)
            assert structure(upgraded) == structure(written)
