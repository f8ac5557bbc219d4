"""/api/v1/omnichannel/audio and /agent/voices: what can be heard."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from modules.audio import service as audio
from modules.identity.principal import Principal
from modules.omnichannel.agents import language_of
from modules.speech import voices
from modules.speech.voices import VoiceOut
from web.auth import Need, PortsOf, public
from web.openapi import problems
from web.paging import ItemList

Reader = Annotated[Principal, Depends(Need("agents:read"))]
AUDIO: dict[int | str, dict[str, Any]] = {
    200: {"description": "The audio.", "content": {"audio/mpeg": {}}},
    206: {"description": "The bytes that were asked for.", "content": {"audio/mpeg": {}}},
    **problems(403, 404, 416, 422, 503),
}

router = APIRouter(prefix="/api/v1/omnichannel", tags=["audio"])
public_router = APIRouter(prefix="/api/v1/omnichannel", tags=["audio"], dependencies=[Depends(public)])


@public_router.get("/audio/{audio_id}", response_class=Response, responses=AUDIO)
async def get_audio(
    audio_id: str,
    request: Request,
    ports: PortsOf,
    expires: Annotated[int, Query(ge=0, le=9_999_999_999)] = 0,
    signature: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    """Speech or a recording, by the signed address that the API or a call's document gives."""
    wanted = request.headers.get("range", "")
    piece = await audio.read(ports, audio_id[:64], (expires, signature), wanted)
    left_s = max(0, expires - int(ports.clock.now().timestamp()))
    headers = {"accept-ranges": "bytes", "etag": piece.etag, "cache-control": f"private, max-age={left_s}"}
    if not piece.is_whole:
        last = piece.first + len(piece.content) - 1
        headers["content-range"] = f"bytes {piece.first}-{last}/{piece.size}"
    status = 200 if piece.is_whole else 206
    return Response(piece.content, status, headers=headers, media_type=piece.content_type)


@router.get("/agent/voices", responses=problems(422))
async def list_voices(
    principal: Reader,
    ports: PortsOf,
    language: Annotated[str | None, Query(max_length=20, description="BCP-47: only voices that speak it.")] = None,
) -> ItemList[VoiceOut]:
    """Voices for an agent: the carrier's, and those of vendors that there is an account for."""
    wanted = language_of(language) if language else None
    return ItemList(items=await voices.list_voices(ports, principal.tenant.id, wanted), next_cursor=None)


@router.get(
    "/agent/voices/{voice_id}/preview",
    response_class=Response,
    responses={
        200: {"description": "The audio.", "content": {"audio/mpeg": {}}},
        **problems(404, 422, 502, 503),
    },
)
async def preview_voice(
    voice_id: str,
    principal: Reader,
    ports: PortsOf,
    language: Annotated[str, Query(max_length=20, description="BCP-47")] = "fr-FR",
) -> Response:
    """A sentence in that voice."""
    found = await voices.preview(ports, principal.tenant.id, voice_id, language_of(language))
    return Response(found.content, media_type=found.content_type)
