"""/api/v1/knowledge: what a business knows, and what is found in it."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ValidationError

from errors import Invalid
from modules.identity.principal import Principal
from modules.identity.schemas import Done
from modules.knowledge import answers, asking, documents, searching, suggestions
from modules.knowledge.schemas import (
    Answer,
    Ask,
    Document,
    DocumentChange,
    DocumentDetail,
    DocumentVersion,
    Explained,
    Faq,
    FaqChange,
    Found,
    NewDocument,
    NewFaq,
    Search,
    Suggestion,
    SuggestionAnswer,
    Uploaded,
)
from web.auth import Need, PortsOf
from web.forms import read_form
from web.openapi import problems
from web.paging import FIRST, Cursor, ItemList, Limit, page
from web.routing import JsonRoute

Reader = Annotated[Principal, Depends(Need("knowledge:read"))]
Writer = Annotated[Principal, Depends(Need("knowledge:write"))]

WRITE = problems(400, 404, 409, 413, 415, 422)
FIND = problems(404)
UPLOAD: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary", "description": "At most 10 MB."},
                        "title": {"type": "string"},
                        "language": {"type": "string", "enum": ["fr", "en"]},
                        "product": {"type": "string"},
                    },
                }
            }
        },
    }
}

router = APIRouter(prefix="/api/v1/knowledge", tags=["knowledge"], route_class=JsonRoute)


class DocumentOut(BaseModel):
    success: Literal[True] = True
    document: Document


class DocumentDetailOut(BaseModel):
    success: Literal[True] = True
    document: DocumentDetail


class Versions(BaseModel):
    success: Literal[True] = True
    items: list[DocumentVersion]


class FaqOut(BaseModel):
    success: Literal[True] = True
    faq: Faq


class SearchOut(BaseModel):
    success: Literal[True] = True
    mode: Literal["hybrid", "vector", "keyword"]
    items: list[Found]


class AnswerOut(Answer):
    success: Literal[True] = True


class Suggestions(BaseModel):
    success: Literal[True] = True
    items: list[Suggestion]


@router.get("/documents", responses=problems(422))
async def list_documents(
    principal: Reader, ports: PortsOf, limit: Limit = 25, cursor: Cursor = None
) -> ItemList[Document]:
    """Everything longer than an answer: texts, files, pages that were read."""
    rows = await documents.list_all(ports, principal.tenant.id, cursor or FIRST, limit + 1)
    items, next_cursor = page(rows, limit)
    return ItemList(items=items, next_cursor=next_cursor)


@router.post("/documents", status_code=201, responses=WRITE)
async def create_document(command: NewDocument, principal: Writer, ports: PortsOf) -> DocumentOut:
    """It is found by its words from the next question on, and by its meaning some seconds later."""
    return DocumentOut(document=await documents.create(ports, principal, command))


@router.post("/documents/upload", status_code=201, responses=WRITE, openapi_extra=UPLOAD)
async def upload_document(request: Request, principal: Writer, ports: PortsOf) -> DocumentOut:
    """A file of text: .txt, .md, .html, .pdf, .docx or .csv, at most 10 MB."""
    form = await read_form(request)
    file = form.files.get("file")
    if file is None:
        raise Invalid([{"pointer": "/file", "detail": "the file itself, as a part named file"}])
    try:
        told = Uploaded.model_validate({name: value for name, value in form.texts.items() if value.strip()})
    except ValidationError as error:
        wrong = [{"pointer": f"/{one['loc'][0]}", "detail": one["msg"]} for one in error.errors(include_input=False)]
        raise Invalid(wrong) from None
    return DocumentOut(
        document=await documents.upload(ports, principal, file.filename, file.content, told.model_dump())
    )


@router.get("/documents/{document_id}", responses=FIND)
async def get_document(document_id: str, principal: Reader, ports: PortsOf) -> DocumentDetailOut:
    """One document with its text."""
    return DocumentDetailOut(document=await documents.get(ports, principal.tenant.id, document_id))


@router.patch("/documents/{document_id}", responses=WRITE)
async def change_document(document_id: str, command: DocumentChange, principal: Writer, ports: PortsOf) -> DocumentOut:
    """Changes what is named; what it was stays among its versions."""
    return DocumentOut(document=await documents.change(ports, principal, document_id, command))


@router.delete("/documents/{document_id}", responses=FIND)
async def delete_document(document_id: str, principal: Writer, ports: PortsOf) -> Done:
    """Nothing is answered from it any more, from the next question on."""
    await documents.delete(ports, principal, document_id)
    return Done()


@router.get("/documents/{document_id}/versions", responses=FIND)
async def list_versions(document_id: str, principal: Reader, ports: PortsOf) -> Versions:
    """As it is, and as it was: the newest first, twenty at most."""
    return Versions(items=await documents.versions(ports, principal.tenant.id, document_id))


@router.get("/faq", responses=problems(422))
async def list_faq(principal: Reader, ports: PortsOf, limit: Limit = 25, cursor: Cursor = None) -> ItemList[Faq]:
    """Questions with the owner's answers."""
    items, next_cursor = page(await answers.list_all(ports, principal.tenant.id, cursor or FIRST, limit + 1), limit)
    return ItemList(items=items, next_cursor=next_cursor)


@router.post("/faq", status_code=201, responses=WRITE)
async def create_faq(command: NewFaq, principal: Writer, ports: PortsOf) -> FaqOut:
    """Every agent answers it from the next turn on."""
    return FaqOut(faq=await answers.create(ports, principal, command))


@router.patch("/faq/{faq_id}", responses=WRITE)
async def change_faq(faq_id: str, command: FaqChange, principal: Writer, ports: PortsOf) -> FaqOut:
    """Changes what is named."""
    return FaqOut(faq=await answers.change(ports, principal, faq_id, command))


@router.delete("/faq/{faq_id}", responses=FIND)
async def delete_faq(faq_id: str, principal: Writer, ports: PortsOf) -> Done:
    """It is answered no more."""
    await answers.delete(ports, principal, faq_id)
    return Done()


@router.post("/search", responses=problems(400, 413, 415, 422))
async def search(
    command: Search,
    principal: Reader,
    ports: PortsOf,
    explain: Annotated[bool, Query(description="With how each score came about.")] = False,
) -> SearchOut:
    """The passages that fit best. `mode` of the answer is keyword where vectors could not be asked."""
    wanted = searching.Wanted(
        command.query,
        command.top_k,
        command.mode,
        language=command.language,
        source=command.source,
        product=command.product,
        reranks=command.rerank,
    )
    found = await searching.search(ports, principal.tenant.id, wanted, is_logged=True)
    return SearchOut(mode=found.mode, items=[_found(one, explain) for one in found.passages])


@router.post("/ask", responses=problems(400, 413, 415, 422))
async def ask(command: Ask, principal: Reader, ports: PortsOf) -> AnswerOut:
    """An answer from passages and nothing else, with what it was answered from; or `grounded: false`."""
    answer = await asking.ask(ports, principal.tenant.id, command)
    return AnswerOut(**dict(answer))


@router.get("/suggestions")
async def list_suggestions(principal: Reader, ports: PortsOf) -> Suggestions:
    """What was asked and nothing answered, those of similar words together, the most asked first."""
    return Suggestions(items=await suggestions.list_all(ports, principal.tenant.id))


@router.post("/suggestions/{suggestion_id}/answer", status_code=201, responses=WRITE)
async def answer_suggestion(suggestion_id: str, command: SuggestionAnswer, principal: Writer, ports: PortsOf) -> FaqOut:
    """Makes it a question with an answer; similar ones are done with as well."""
    return FaqOut(faq=await suggestions.answer(ports, principal, suggestion_id, command))


@router.delete("/suggestions/{suggestion_id}", responses=FIND)
async def dismiss_suggestion(suggestion_id: str, principal: Writer, ports: PortsOf) -> Done:
    """It needs no answer; asked again, it comes back."""
    await suggestions.dismiss(ports, principal.tenant.id, suggestion_id)
    return Done()


def _found(one: searching.Passage, explain: bool) -> Found:
    ranked = one.ranked
    explained = Explained(
        keyword_rank=ranked.keyword_rank,
        keyword_score=ranked.keyword_score,
        vector_rank=ranked.vector_rank,
        vector_score=ranked.vector_score,
        fused=ranked.fused,
        coverage=ranked.coverage,
        fits=ranked.fits,
        rerank_score=ranked.rerank_score,
    )
    return Found(
        chunk_id=one.chunk_id,
        document_id=one.document_id,
        faq_id=one.faq_id,
        source=one.source,
        title=one.title,
        heading=one.heading,
        text=one.text,
        language=one.language,
        score=one.score,
        source_url=one.source_url,
        explain=explained if explain else None,
    )
