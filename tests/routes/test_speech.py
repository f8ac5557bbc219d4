"""Words as audio: made once, kept, budgeted, and the carrier's voice where there is none."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.routes.test_engine import NUMBER, call, put_settings
from tests.support.business import onboard
from tests.support.fakes import World
from tests.support.http import client_of
from tests.support.work import run_jobs
from tools.caller.session import SimulatedCall

GREETING = "Garage Exemple, bonjour. Ici Camille, l'agent vocal virtuel de l'accueil. Que puis-je faire pour vous ?"
VOICES = "/api/v1/omnichannel/agent/voices"


@pytest.fixture
def garage(client: httpx.Client) -> str:
    tenant_id = onboard(client, number=NUMBER)
    key = {"api_key": "elevenlabs-sample-key"}
    assert client.put("/api/v1/integrations/elevenlabs/credentials", json=key).status_code == 200
    change(client)
    return tenant_id


@pytest.fixture
def caller(garage: str, world: World) -> Iterator[SimulatedCall]:
    with client_of(world) as provider, call(provider) as given:
        yield given


def change(client: httpx.Client, **changes: Any) -> None:
    (agent,) = client.get("/api/v1/omnichannel/agents").json()["items"]
    body = {"voice_provider": "elevenlabs", "voice_id": "sample-voice-fr", **changes}
    assert client.patch(f"/api/v1/omnichannel/agents/{agent['id']}", json=body).status_code == 200


def played(caller: SimulatedCall) -> list[str]:
    return [line.removeprefix("[plays ").removesuffix("]") for line in caller.transcript if line.startswith("[plays ")]


def listen(world: World, url: str, **headers: str) -> httpx.Response:
    with client_of(world) as anybody:
        return anybody.get(url, headers=headers)


def test_the_greeting_is_made_when_the_agent_is_published(caller: SimulatedCall, world: World) -> None:
    run_jobs(world)
    assert [one["text"] for one in world.fakes.elevenlabs.spoken] == [GREETING]
    assert world.fakes.elevenlabs.spoken[0]["model"] == "eleven_flash_v2_5"
    assert caller.start() == []
    (url,) = played(caller)
    assert len(world.fakes.elevenlabs.spoken) == 1
    heard = listen(world, url)
    assert (heard.status_code, heard.content) == (200, b"ID3" + GREETING.encode())
    assert (heard.headers["content-type"], heard.headers["accept-ranges"]) == ("audio/mpeg", "bytes")


def test_the_same_words_are_made_once(caller: SimulatedCall, world: World) -> None:
    caller.start()
    caller.say("Quels sont vos horaires ?")
    caller.say("Quels sont vos horaires ?")
    texts = [one["text"] for one in world.fakes.elevenlabs.spoken]
    assert len(texts) == len(set(texts)) == 2
    assert "neuf heures" in texts[1]  # numbers are words to this voice
    assert len({url.partition("?")[0] for url in played(caller)}) == 2


@pytest.mark.parametrize("trouble", ["down", "hangs", "quota", "no_voice", "store"])
def test_when_there_is_no_audio_the_carriers_voice_speaks(
    caller: SimulatedCall, client: httpx.Client, world: World, trouble: str
) -> None:
    if trouble == "down":
        world.fakes.fail("elevenlabs", times=20)
    elif trouble == "hangs":
        world.fakes.hang("elevenlabs", times=20)
    elif trouble == "quota":
        world.fakes.elevenlabs.characters_left = 3
    elif trouble == "no_voice":
        world.fakes.elevenlabs.voices.clear()
    else:
        world.blobs.is_down = True
    assert caller.start() == [GREETING]
    assert 'language="fr-FR"' in caller.document
    assert "neuf heures" in caller.say("Quels sont vos horaires ?")[0]


def test_the_months_budget_is_kept(caller: SimulatedCall, client: httpx.Client, world: World) -> None:
    put_settings(client, speech_chars_month=len(GREETING) + 5)
    assert caller.start() == []
    assert "neuf heures" in caller.say("Quels sont vos horaires ?")[0]
    assert len(world.fakes.elevenlabs.spoken) == 1


def test_bytes_can_be_asked_for(caller: SimulatedCall, world: World) -> None:
    caller.start()
    (url,) = played(caller)
    whole = b"ID3" + GREETING.encode()
    for wanted, status, content in (
        ("bytes=0-2", 206, b"ID3"),
        ("bytes=3-", 206, whole[3:]),
        ("bytes=-5", 206, whole[-5:]),
        ("bytes=0-0,5-6", 200, whole),
        ("lines=1-2", 200, whole),
    ):
        heard = listen(world, url, Range=wanted)
        assert (heard.status_code, heard.content) == (status, content), wanted
    assert listen(world, url, Range="bytes=0-2").headers["content-range"] == f"bytes 0-2/{len(whole)}"
    assert listen(world, url, Range=f"bytes={len(whole)}-").status_code == 416


def test_an_address_is_signed_and_expires(caller: SimulatedCall, world: World) -> None:
    caller.start()
    (url,) = played(caller)
    assert listen(world, url[:-1] + ("0" if url[-1] != "0" else "1")).json()["code"] == "address_expired"
    assert listen(world, url.replace("aud_", "aud_9")).status_code == 403
    assert listen(world, url.partition("?")[0]).status_code == 403
    world.clock.advance(hours=3)
    assert listen(world, url).status_code == 403


def test_two_businesses_keep_their_own_audio(
    caller: SimulatedCall, client: httpx.Client, other: httpx.Client, world: World
) -> None:
    caller.start()
    theirs = onboard(other, number="+33199005678")
    other.put("/api/v1/integrations/elevenlabs/credentials", json={"api_key": "another-sample-key"})
    change(other)
    run_jobs(world)
    rows = world.db.rows("SELECT tenant_id, blob_key FROM speech_audio")
    assert len(rows) == 2
    assert all(str(row["blob_key"]).startswith(f"{row['tenant_id']}/speech/") for row in rows)
    assert theirs in {row["tenant_id"] for row in rows}


def test_voices_are_listed_and_cached(client: httpx.Client, garage: str, world: World) -> None:
    listed = client.get(VOICES).json()["items"]
    assert {one["voice_provider"] for one in listed} == {"twilio", "elevenlabs", "workers_ai"}
    english = [one["voice_id"] for one in client.get(VOICES, params={"language": "en-GB"}).json()["items"]]
    assert "Polly.Lea-Neural" not in english
    assert {"luna", "sample-voice-en"} <= set(english)
    world.fakes.elevenlabs.voices["new"] = ("New", ())
    assert len(client.get(VOICES).json()["items"]) == len(listed)
    world.db.rows("UPDATE speech_voices SET fetched_at = '2026-01-01 00:00:00.000' RETURNING 1")
    assert len(client.get(VOICES).json()["items"]) == len(listed) + 1
    world.db.rows("UPDATE speech_voices SET fetched_at = '2026-01-01 00:00:00.000' RETURNING 1")
    world.fakes.fail("elevenlabs", times=20)
    assert len(client.get(VOICES).json()["items"]) == len(listed) + 1  # the last that were listed


def test_a_voice_can_be_heard_beforehand(client: httpx.Client, garage: str, world: World) -> None:
    answer = client.get(f"{VOICES}/sample-voice-fr/preview")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "audio/mpeg")
    assert "accueil" in answer.content.decode()
    assert client.get(f"{VOICES}/sample-voice-fr/preview").content == answer.content
    assert len([one for one in world.fakes.elevenlabs.spoken if "accueil" in one["text"]]) == 1
    assert client.get(f"{VOICES}/nobody/preview").status_code == 404
    put_settings(client, speech_chars_month=0)
    spoken = client.get(f"{VOICES}/luna/preview", params={"language": "en"})
    assert (spoken.status_code, spoken.content[:5]) == (200, b"luna:")
    assert client.get(f"{VOICES}/luna/preview").json()["code"] == "vendor_failed"
