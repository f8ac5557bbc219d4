"""The parts of the local runtime that need no Worker."""

import base64
import os
import socket
import sqlite3
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tools.runtime import config, dev, devvars, rows, snapshot, wrangler
from tools.runtime.locations import ROOT
from tools.runtime.process import Guarded, is_port_free

PROJECT = Path("/project")
PRODUCTION = config.read(ROOT / "wrangler.toml")


def localized(**variables: str) -> config.Config:
    return config.localized(PRODUCTION, PROJECT, variables)


class TestConfig:
    def test_paths_are_absolute_so_that_the_file_can_lie_anywhere(self) -> None:
        local = localized()
        assert local["main"] == "/project/src/entry.py"
        assert local["assets"]["directory"] == "/project/public"
        assert [database["migrations_dir"] for database in local["d1_databases"]] == ["/project/database/migrations"]

    def test_database_keeps_its_id_so_that_the_command_line_finds_the_same_rows(self) -> None:
        ids = [database["database_id"] for database in localized()["d1_databases"]]
        assert ids == [database["database_id"] for database in PRODUCTION["d1_databases"]]

    def test_variables_replace_those_of_production(self) -> None:
        local = localized(ENVIRONMENT="development", JWT_SECRET="x")
        assert local["vars"] == {**PRODUCTION["vars"], "ENVIRONMENT": "development", "JWT_SECRET": "x"}

    def test_the_limit_follows_its_setting(self) -> None:
        limits = {one["name"]: one["simple"]["limit"] for one in localized(RATE_LIMIT_PER_MINUTE="7")["ratelimits"]}
        assert limits == {"PUBLIC_LIMIT": 7, "TENANT_LIMIT": 600}

    def test_the_deployed_limit_is_what_its_setting_says(self) -> None:
        public = next(one for one in PRODUCTION["ratelimits"] if one["name"] == "PUBLIC_LIMIT")
        assert str(public["simple"]["limit"]) == PRODUCTION["vars"]["RATE_LIMIT_PER_MINUTE"]

    def test_required_secrets_are_left_out_since_they_would_hide_the_others(self) -> None:
        assert "secrets" in PRODUCTION
        assert "secrets" not in localized()

    def test_production_flags_stay_and_the_local_one_is_added(self) -> None:
        assert localized()["compatibility_flags"] == [*PRODUCTION["compatibility_flags"], config.LOCAL_FLAG]
        assert config.LOCAL_FLAG not in PRODUCTION["compatibility_flags"]

    def test_standins_take_the_place_of_what_has_no_simulator(self) -> None:
        local = localized()
        assert "ai" not in local
        assert "vectorize" not in local
        bindings = {service["binding"]: service for service in local["services"]}
        assert bindings["AI"]["entrypoint"] == "AI"
        assert bindings["VECTORIZE"]["props"] == {
            "index": "coccinelle-vectors-v2",
            "dimensions": 1024,
            "metric": "cosine",
        }

    def test_index_of_unknown_shape_is_refused_by_name(self) -> None:
        production = {**PRODUCTION, "vectorize": [{"binding": "V", "index_name": "other"}]}
        with pytest.raises(config.UnknownIndex, match="other"):
            config.localized(production, PROJECT, {})

    def test_production_config_is_not_changed(self) -> None:
        before = repr(PRODUCTION)
        localized(ENVIRONMENT="development")
        assert repr(PRODUCTION) == before

    def test_account_of_the_person_at_work_is_out_of_reach(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv("CLOUDFLARE_API_TOKEN", "secret")
        assert "CLOUDFLARE_API_TOKEN" not in wrangler.environment(tmp_path)


class TestSnapshot:
    @pytest.fixture
    def source(self, tmp_path: Path) -> Path:
        folder = tmp_path / "src"
        folder.mkdir()
        (folder / "entry.py").write_text("A = 1\n")
        return folder

    def test_key_is_that_of_the_content(self, source: Path) -> None:
        before = snapshot.key("{}", [source], [])
        assert snapshot.key("{}", [source], []) == before
        (source / "entry.py").write_text("A = 2\n")
        assert snapshot.key("{}", [source], []) != before

    def test_key_changes_with_the_config_and_with_a_file_that_moves(self, source: Path) -> None:
        before = snapshot.key("{}", [source], [])
        assert snapshot.key('{"main": 1}', [source], []) != before
        (source / "entry.py").rename(source / "other.py")
        assert snapshot.key("{}", [source], []) != before

    def test_variables_leave_the_key_as_it_is(self) -> None:
        assert config.frozen_part({**PRODUCTION, "vars": {"A": "b"}}) == config.frozen_part(PRODUCTION)

    def test_compiled_files_leave_the_key_as_it_is(self, source: Path) -> None:
        before = snapshot.key("{}", [source], [])
        (source / "entry.pyc").write_bytes(b"x")
        assert snapshot.key("{}", [source], []) == before

    def test_first_save_is_kept_and_loaded_next_time(self, tmp_path: Path) -> None:
        first = snapshot.choose(tmp_path, "key")
        assert first.scratch is not None
        assert "--python-save-snapshot" in first.flags
        (first.scratch / "snapshot.bin").write_bytes(b"memory")
        first.keep()
        first.discard_scratch()
        assert snapshot.choose(tmp_path, "key").flags[1] == "--python-load-snapshot=key.bin"
        assert [file.name for file in tmp_path.iterdir()] == ["key.bin"]

    def test_prune_keeps_the_newest(self, tmp_path: Path) -> None:
        for age, name in enumerate("abcde"):
            (tmp_path / f"{name}.bin").touch()
            os.utime(tmp_path / f"{name}.bin", (1000 - age, 1000 - age))
        snapshot.prune(tmp_path, keep=2)
        assert sorted(file.stem for file in tmp_path.iterdir()) == ["a", "b"]


class TestDevVars:
    def values(self, text: str) -> dict[str, str]:
        lines = [line for line in text.splitlines() if "=" in line and not line.startswith("#")]
        return {name: value.strip('"') for name, _, value in (line.partition("=") for line in lines)}

    def test_each_marked_line_of_the_example_gets_a_value_of_its_own(self) -> None:
        example = (ROOT / ".dev.vars.example").read_text()
        values = self.values(devvars.filled(example))
        assert values.pop("ENVIRONMENT") == "development"
        assert set(values) == {
            *("JWT_SECRET", "CREDENTIALS_KEY", "METRICS_TOKEN", "ADMIN_API_KEY"),
            *("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "VAPI_WEBHOOK_SECRET"),
        }
        assert len(set(values.values())) == len(values)
        assert min(len(value) for value in values.values()) >= 32

    def test_values_have_the_form_that_their_reader_wants(self) -> None:
        names = ("CREDENTIALS_KEY", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN")
        values = self.values(devvars.filled("".join(f"{name}= # generated\n" for name in names)))
        assert len(base64.b64decode(values["CREDENTIALS_KEY"])) == 32
        assert values["TWILIO_ACCOUNT_SID"][:2] == "AC"
        assert len(bytes.fromhex(values["TWILIO_ACCOUNT_SID"][2:])) == 16
        assert len(bytes.fromhex(values["TWILIO_AUTH_TOKEN"])) == 16

    def test_every_required_secret_of_production_stands_in_the_example(self) -> None:
        written = self.values(devvars.filled((ROOT / ".dev.vars.example").read_text()))
        assert set(PRODUCTION["secrets"]["required"]) <= set(written)

    def test_other_lines_stay_as_they_are(self) -> None:
        text = "# a comment\nENVIRONMENT=development\n# OPENAI_API_KEY=\nGIVEN=value # generated\n"
        assert devvars.filled(text) == text

    def test_file_is_written_once_and_only_its_owner_reads_it(self, tmp_path: Path) -> None:
        (tmp_path / ".dev.vars.example").write_text("JWT_SECRET= # generated\n")
        assert devvars.write_if_missing(tmp_path)
        written = (tmp_path / ".dev.vars").read_text()
        assert stat.S_IMODE((tmp_path / ".dev.vars").stat().st_mode) == 0o600
        assert not devvars.write_if_missing(tmp_path)
        assert (tmp_path / ".dev.vars").read_text() == written


class TestProcess:
    # A shell that starts a process and waits for it, as wrangler does with workerd. Both hold the pipe that they
    # write to: its end is read once both have ended, and the test hangs no longer than they would sleep.
    NESTED = ("/bin/sh", "-c", "sleep 30 & echo started; wait")

    def test_busy_port_is_told(self) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            assert not is_port_free(port)
        assert is_port_free(port)

    def test_stop_ends_what_the_command_started(self, tmp_path: Path) -> None:
        reading, writing = os.pipe()
        with os.fdopen(reading, "rb") as shown:
            with os.fdopen(writing, "wb") as out:
                guarded = Guarded(self.NESTED, cwd=tmp_path, env=os.environ, out=out, err=out)
            assert shown.readline() == b"started\n"
            before = time.monotonic()
            guarded.stop()
            assert shown.read() == b""
        assert not guarded.is_running()
        assert time.monotonic() - before < 20

    def test_children_end_when_the_parent_is_killed(self, tmp_path: Path) -> None:
        program = (
            "import os, sys, time; from pathlib import Path; from tools.runtime.process import Guarded\n"
            f"guarded = Guarded({self.NESTED!r}, cwd=Path({str(tmp_path)!r}), env=os.environ,"
            " out=sys.stdout.buffer, err=sys.stderr.buffer)\ntime.sleep(30)"
        )
        with subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE) as parent:
            assert parent.stdout is not None
            assert parent.stdout.readline() == b"started\n"
            before = time.monotonic()
            parent.kill()
            assert parent.stdout.read() == b""
        assert time.monotonic() - before < 20

    def test_exit_code_is_that_of_the_command(self, tmp_path: Path) -> None:
        with (tmp_path / "log").open("wb") as log:
            guarded = Guarded(["/bin/sh", "-c", "exit 3"], cwd=tmp_path, env=os.environ, out=log, err=log)
            assert guarded.wait(20) == 3
            guarded.stop()


class TestRows:
    def test_reads_the_one_database_of_a_state(self, tmp_path: Path) -> None:
        folder = tmp_path / "v3/d1/miniflare-D1DatabaseObject"
        folder.mkdir(parents=True)
        (folder / "metadata.sqlite").touch()
        connection = sqlite3.connect(folder / "0123.sqlite")
        connection.executescript("CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('x'), ('y');")
        connection.close()
        assert rows.read(tmp_path, "SELECT a FROM t WHERE a > ?1", ["x"]) == [{"a": "y"}]

    def test_state_without_a_database_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(rows.NoDatabase):
            rows.read(tmp_path, "SELECT 1")


def test_the_ready_line_names_what_to_try_next_on_this_port() -> None:
    assert dev.ready_line("http://127.0.0.1:8787", 8787, is_seeded=True) == (
        "Ready: http://127.0.0.1:8787 (API at http://127.0.0.1:8787/docs); "
        "next: .venv/bin/python -m tools.call --to +33199001234; Ctrl-C ends it."
    )
    elsewhere = dev.ready_line("http://127.0.0.1:9000", 9000, is_seeded=False)
    assert "tools.seed --url http://127.0.0.1:9000, then" in elsewhere
    assert "tools.call --to +33199001234 --url http://127.0.0.1:9000" in elsewhere
