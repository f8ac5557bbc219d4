"""Decides a conversation again, turn by turn, and prints what comes out otherwise.

python -m tools.replay CONVERSATION                          the same agent and models: bit for bit
python -m tools.replay CONVERSATION --agent-version 3        with the prompt and tools of another version
python -m tools.replay CONVERSATION --model openai:NAME      asked anew; the key stands in OPENAI_API_KEY

It reads the local database, or with --remote the deployed one through wrangler. The exit code is 1 for differences.
"""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx

from tools.runtime import rows, wrangler
from tools.runtime.locations import ROOT

sys.path.insert(0, str(ROOT / "src"))

from adapters.meter import IsolateMeter
from adapters.system import SystemClock
from modules.agent_types import agent_type, render
from modules.engine.replay import Difference, brain_of_record, replay
from modules.engine.values import Brain, Choice
from ports.dialogue import Language
from ports.vendors import Credential
from providers.anthropic.messages import AnthropicModel
from providers.breaker import Breakers
from providers.http import Api
from providers.openai.chat import OpenAiModel

Row = Mapping[str, Any]
Read = Callable[[str], Sequence[Row]]
MODELS = {
    "openai": (OpenAiModel, "OPENAI_BASE_URL", "https://api.openai.com/v1", "OPENAI_API_KEY"),
    "anthropic": (AnthropicModel, "ANTHROPIC_BASE_URL", "https://api.anthropic.com", "ANTHROPIC_API_KEY"),
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.replay", description=__doc__.splitlines()[0])
    parser.add_argument("conversation")
    parser.add_argument("--agent-version", type=int, help="decide with this version of the agent")
    parser.add_argument("--model", help="ask this model anew: openai:NAME or anthropic:NAME")
    parser.add_argument("--state", type=Path, default=ROOT / ".wrangler/state", help="of the local Worker")
    parser.add_argument("--remote", action="store_true", help="read the deployed database through wrangler")
    asked = parser.parse_args()
    if not asked.conversation.replace("_", "").isalnum():
        parser.error("a conversation's id has letters, digits and underscores only")
    read = remote if asked.remote else lambda query: rows.read(asked.state, query)
    turns = load(read, asked.conversation, asked.agent_version)
    if not turns:
        print(
            "There is no record of this conversation: it is kept for 30 days after the last message.", file=sys.stderr
        )
        return 2
    differences = asyncio.run(again(turns, choices(asked.model)))
    for one in differences:
        print(f"turn {one.turn}, {one.what}:\n  - {_short(one.before)}\n  + {_short(one.after)}")
    print(f"{len(turns)} turns, {len(differences)} differences")
    return 1 if differences else 0


def remote(query: str) -> Sequence[Row]:
    said = wrangler.run(
        *("d1", "execute", "coccinelle-db", "--remote", "--json", "--command", query),
        project=ROOT,
        private=ROOT / ".wrangler/command",
    )
    found: Sequence[Row] = json.loads(said[said.index("[") :])[0]["results"]
    return found


def load(read: Read, conversation: str, version: int | None) -> list[tuple[int, Row, str, list[tuple[str, str]], Row]]:
    """(turn, record, system prompt, what was said before, the version's configuration), in order."""
    where = f"conversation_id = '{conversation}'"
    wanted = f"{version}" if version else "s.agent_version"
    configs = read(
        "SELECT v.config, t.name FROM omni_conversations AS s JOIN omni_agent_versions AS v ON v.tenant_id = s.tenant_id"
        f" AND v.agent_id = s.agent_id AND v.version = {wanted} JOIN tenants AS t ON t.id = s.tenant_id"
        f" WHERE s.id = '{conversation}'"
    )
    if not configs:
        return []
    config = json.loads(str(configs[0]["config"]))
    prompt = render(config["system_prompt"] or "", business=str(configs[0]["name"]), agent=config["agent_name"])
    said = read(f"SELECT turn, role, body FROM omni_messages WHERE {where} ORDER BY turn, role = 'agent'")
    found = read(f"SELECT turn, record FROM conversation_turns WHERE {where} AND record <> '{{}}' ORDER BY turn")
    return [
        (
            int(row["turn"]),
            json.loads(str(row["record"])),
            prompt,
            [(str(one["role"]), str(one["body"])) for one in said if int(one["turn"]) < int(row["turn"])][-16:],
            config,
        )
        for row in found
    ]


def choices(model: str | None) -> tuple[Choice, ...] | None:
    if model is None:
        return None
    provider, _, name = model.partition(":")
    build, base, default, key = MODELS[provider]
    breakers = Breakers(SystemClock(), IsolateMeter(), is_enabled=False)
    api = Api(httpx.AsyncHTTPTransport, os.environ.get(base, default), provider, breakers, timeout_s=30)
    credential = Credential(provider, {"api_key": os.environ[key]})  # type: ignore[arg-type]
    return (Choice(provider, name, build(api), credential),)  # type: ignore[arg-type]


async def again(
    turns: Sequence[tuple[int, Row, str, list[tuple[str, str]], Row]], given: tuple[Choice, ...] | None
) -> list[Difference]:
    found: list[Difference] = []
    for turn, record, prompt, history, config in turns:
        brain: Brain = brain_of_record(record, prompt, history, given)
        language: Language = "fr" if str(config["voice_language"]).startswith("fr") else "en"
        tools = config.get("tools")
        allowed = agent_type(config["agent_type"], language).tools if tools is None else tuple(tools)
        _, differences = await replay(turn, record, replace(brain, allowed=allowed))
        found += differences
    return found


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 400 else f"{text[:400]}…"


if __name__ == "__main__":
    sys.exit(main())
