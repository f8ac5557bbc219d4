"""Audio through real R2: made, kept, served by bytes; recordings copied from the carrier by the queue."""

import re

import httpx
from twilio.request_validator import RequestValidator

from tests.support.business import onboard
from tests.support.patience import PATIENT, eventually
from tests.worker.conftest import Sql
from tools.caller.session import SimulatedCall
from tools.fakes.server import FakeServer
from tools.runtime import LocalWorker

ACCOUNT, TOKEN = "AC00000000000000000000000000000001", "0123456789abcdef0123456789abcdef"
NUMBER = "+33199007101"


def test_speech_and_recordings(worker: LocalWorker, http: httpx.Client, sql: Sql, vendors: FakeServer) -> None:
    with httpx.Client(base_url=http.base_url, **PATIENT) as client:
        tenant_id = onboard(client, number=NUMBER)
        key = {"api_key": "elevenlabs-sample-key"}
        assert client.put("/api/v1/integrations/elevenlabs/credentials", json=key).status_code == 200
        assert client.put("/api/v1/omnichannel/settings", json={"records_calls": True}).status_code == 200
        (agent,) = client.get("/api/v1/omnichannel/agents").json()["items"]
        voice = {"voice_provider": "elevenlabs", "voice_id": "sample-voice-fr"}
        assert client.patch(f"/api/v1/omnichannel/agents/{agent['id']}", json=voice).status_code == 200
        eventually(lambda: sql("SELECT id FROM speech_audio WHERE tenant_id = ?1", tenant_id))
        with SimulatedCall(worker.url, NUMBER, "+33639980001", ACCOUNT, TOKEN) as caller:
            assert caller.start() == []
            (url,) = re.findall(r"\[plays (.+)\]", "\n".join(caller.transcript))
            caller.hang_up()
        whole = httpx.get(url, **PATIENT)
        assert (whole.status_code, whole.content[:3]) == (200, b"ID3")
        assert "enregistré" in whole.content.decode()
        piece = httpx.get(url, headers={"Range": "bytes=3-6"}, **PATIENT)
        assert (piece.status_code, piece.content) == (206, whole.content[3:7])
        assert piece.headers["content-range"] == f"bytes 3-6/{len(whole.content)}"
        assert piece.headers["etag"] == whole.headers["etag"]

        recording = "RE" + "7" * 32
        vendors.fakes.twilio.recordings[recording] = b"both sides" * 10_000
        path = f"{worker.url}/webhooks/omnichannel/recording"
        params = {"AccountSid": ACCOUNT, "CallSid": caller.call_sid, "RecordingSid": recording}
        params |= {"RecordingStatus": "completed", "RecordingDuration": "9"}
        signature = str(RequestValidator(TOKEN).compute_signature(path, params))
        assert httpx.post(path, data=params, headers={"X-Twilio-Signature": signature}, **PATIENT).status_code == 204
        eventually(lambda: sql("SELECT id FROM call_recordings WHERE tenant_id = ?1 AND status = 'stored'", tenant_id))
        (one,) = client.get("/api/v1/calls").json()["items"]
        (shown,) = client.get(f"/api/v1/calls/{one['id']}").json()["call"]["recordings"]
        heard = httpx.get(f"{worker.url}{shown['url']}", **PATIENT)
        assert heard.content == b"both sides" * 10_000
