"""wrangler itself applies the migrations and the schema, on D1 as workerd has it."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.database.databases import MIGRATIONS, SCHEMA, connect, rows, sound, structure
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

    def d1(self, *args: str) -> str:
        local = ("coccinelle-db", "--local", "--persist-to", str(self.state))
        command = ("d1", *args[:-1], *local, args[-1]) if args[0] == "execute" else ("d1", *args, *local)
        private = self.directory / "private"
        return wrangler.run(*command, project=self.directory, private=private, timeout_s=TIMEOUT_S)

    def apply(self) -> str:
        return self.d1("migrations", "apply")

    def database(self) -> sqlite3.Connection:
        (file,) = (f for f in self.state.glob("v3/d1/*/*.sqlite") if f.name != "metadata.sqlite")
        return connect(file)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def test_both_commands_make_the_same_database(project: Project, tmp_path_factory: pytest.TempPathFactory) -> None:
    written = Project(tmp_path_factory.mktemp("written"))
    project.add_migrations()

    project.apply()
    written.d1("execute", f"--file={SCHEMA}")

    with closing(project.database()) as migrated, closing(written.database()) as made:
        assert structure(migrated) == structure(made)
        assert "table omni_agent_configs" in structure(made)
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
        assert count(facts, upgraded).lost == ()
        assert sound(upgraded)
