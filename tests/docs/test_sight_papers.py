"""The dashboard, the alerts and the tables of switches, against what there is."""

import json
import re
import sqlite3
from pathlib import Path

import yaml

from modules.operations.exposition import FAMILIES, PREFIX
from tests.support.sqlite import SCHEMA

DOCS = Path(__file__).resolve().parents[2] / "docs"
SWITCHES = (
    "conversation_settings",
    "appointment_settings",
    "omni_agent_configs",
    "tenant_channels",
    "omni_phone_mappings",
)


def named(expression: str) -> set[str]:
    """The families that an expression is about."""
    found = re.findall(rf"{PREFIX}(\w+)", expression)
    histograms = {name for name, (kind, _) in FAMILIES.items() if kind == "histogram"}
    bare = {one: re.sub(r"_(bucket|sum|count)$", "", one) for one in found}
    return {whole if whole in histograms else one for one, whole in bare.items()}


def test_the_dashboard_shows_what_is_told_and_all_of_it() -> None:
    dashboard = json.loads((DOCS / "operations/dashboard.json").read_text())
    shown = {name for panel in dashboard["panels"] for target in panel["targets"] for name in named(target["expr"])}
    left_out = {
        "figures_up",
        "turns_noted_day",
        "events_unhandled",
        "tickets_open",
    }  # of use in a table, not in a graph
    assert shown == set(FAMILIES) - left_out
    assert len({panel["id"] for panel in dashboard["panels"]}) == len(dashboard["panels"])


def test_an_alert_is_about_something_that_is_told_and_says_what_to_do() -> None:
    (group,) = yaml.safe_load((DOCS / "operations/alerts.yml").read_text())["groups"]
    for rule in group["rules"]:
        assert named(rule["expr"]) <= set(FAMILIES)
        assert named(rule["expr"])
        assert set(rule["annotations"]) == {"summary", "action"}
        assert rule["labels"]["severity"] in ("page", "ticket")


def test_every_switch_of_a_business_stands_in_the_table() -> None:
    db = sqlite3.connect(":memory:")
    db.executescript(SCHEMA.read_text())
    switches = set()
    for table in SWITCHES:
        sql = str(db.execute("SELECT sql FROM sqlite_schema WHERE name = ?", (table,)).fetchone()[0])
        switches |= {f"{table}.{name}" for name in re.findall(r"(\w+) INTEGER[^,]*CHECK \(\1 IN \(0, 1\)\)", sql)}
    switches -= {"omni_agent_configs.is_default", "omni_agent_configs.has_draft"}  # states, not switches
    text = (DOCS / "operations.md").read_text()
    assert {one for one in re.findall(r"`(\w+\.\w+)`", text) if one.partition(".")[0] in SWITCHES} == switches
