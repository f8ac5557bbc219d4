"""What a business knows: questions with answers, texts, files, web addresses; how it is asked for, and what is found."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from modules.instants import Instant
from modules.text import Blank, Input, IsLine, IsProse, LongText, Name, Paragraph, WebAddress, bounded
from ports.dialogue import Language

Question = Annotated[str, bounded(1, 500), IsProse]
Product = Annotated[Annotated[str, bounded(1, 100), IsLine] | None, Blank]
Content = Annotated[str, bounded(1, 500_000), IsProse]
Mode = Literal["hybrid", "vector", "keyword"]
Source = Literal["document", "page", "faq"]


class FaqIn(Input):
    question: Question
    answer: Paragraph


class TextIn(Input):
    title: Name
    content: LongText


class Knowledge(Input):
    faqs: list[FaqIn] = Field(max_length=500)
    texts: list[TextIn] = Field(default=[], max_length=100)
    urls: list[WebAddress] = Field(default=[], max_length=50)


class FaqOut(BaseModel):
    id: str
    question: str
    answer: str


class TextOut(BaseModel):
    id: str
    title: str
    content: str


class KnowledgeOut(BaseModel):
    faqs: list[FaqOut]
    texts: list[TextOut]
    urls: list[str]


class NewDocument(Input):
    title: Name
    content: Content = Field(
        description="Plain text; # headings, - items and | tables | of Markdown keep their structure."
    )
    language: Language | None = None
    product: Product = Field(default=None, description="What it is about, to search by.")


class Uploaded(Input):
    """What may be told of a file beside it."""

    title: Name | None = None
    language: Language | None = None
    product: Product = None


class DocumentChange(Input):
    title: Name | None = None
    content: Content | None = None
    language: Language | None = None
    product: Product = None


class Document(BaseModel):
    id: str
    title: str
    format: Literal["text", "markdown", "html", "pdf", "docx", "csv"]
    origin: Literal["onboarding", "api", "crawl"]
    language: Language | None
    filename: str | None
    source_url: str | None
    product: str | None
    version: int
    chunks: int = Field(description="The pieces it can be found by.")
    vectors: int = Field(
        description="How many of them the vector index holds already; words are searched from the start."
    )
    created_at: Instant
    updated_at: Instant


class DocumentDetail(Document):
    content: str


class DocumentVersion(BaseModel):
    version: int
    title: str
    content: str
    created_at: Instant


class NewFaq(Input):
    question: Question
    answer: Paragraph
    language: Language | None = None


class FaqChange(Input):
    question: Question | None = None
    answer: Paragraph | None = None
    language: Language | None = None


class Faq(BaseModel):
    id: str
    question: str
    answer: str
    language: Language | None
    created_at: Instant
    updated_at: Instant


class Search(Input):
    query: Question
    top_k: int = Field(default=5, ge=1, le=50)
    mode: Mode = "hybrid"
    language: Language | None = Field(default=None, description="Only passages in this language.")
    source: Source | None = None
    product: Product = None
    rerank: bool = Field(default=False, description="The best are put in order once more, by a model: slower.")


class Explained(BaseModel):
    keyword_rank: int | None
    keyword_score: float | None = Field(description="BM25 over this business's own texts.")
    vector_rank: int | None
    vector_score: float | None = Field(description="Cosine.")
    fused: float
    coverage: float = Field(description="How much of the question the passage's words cover, rare words counting more.")
    fits: bool = Field(description="It holds the kind of figure that was asked for: an amount, a length of time.")
    rerank_score: float | None = None


class Found(BaseModel):
    chunk_id: str
    document_id: str | None = Field(description="Of a document; None for an answer to a question.")
    faq_id: str | None
    source: Source
    title: str
    heading: str
    text: str
    language: Language
    score: float = Field(description="0 to 1.")
    source_url: str | None
    explain: Explained | None = None


class Ask(Input):
    question: Question
    language: Language | None = None
    product: Product = None


class Citation(BaseModel):
    chunk_id: str
    document_id: str | None
    faq_id: str | None
    title: str
    heading: str
    text: str
    source_url: str | None


class Answer(BaseModel):
    """`grounded` is False for "I do not know": then nothing is cited, and the question is kept for the owner."""

    answer: str
    citations: list[Citation]
    grounded: bool
    language: Language
    answered_by: str = Field(description="provider:model, or passages: the passages' own sentences.")


class Suggestion(BaseModel):
    id: str
    question: str
    language: Language
    count: int = Field(description="How often it was asked, in these or similar words.")
    others: list[str] = Field(description="Similar words that it was asked in.")
    asked_at: Instant


class SuggestionAnswer(Input):
    answer: Paragraph
    question: Question | None = None


class NewCrawl(Input):
    url: WebAddress
    max_pages: int = Field(default=100, ge=1, le=2_000)
    max_depth: int = Field(default=5, ge=0, le=20, description="Links away from the first page.")
    refresh_days: int | None = Field(default=None, ge=1, le=365, description="Read again every so many days.")


class CrawlCounts(BaseModel):
    queued: int = 0
    read: int = 0
    unchanged: int = 0
    duplicate: int = 0
    skipped: int = 0
    failed: int = 0
    gone: int = 0


class Crawl(BaseModel):
    id: str
    url: str
    status: Literal["queued", "running", "done", "failed"]
    reason: str | None
    max_pages: int
    max_depth: int
    refresh_days: int | None
    run: int = Field(description="How often it has been begun.")
    pages: CrawlCounts
    created_at: Instant
    started_at: Instant | None
    finished_at: Instant | None
    refresh_at: Instant | None


class CrawledPage(BaseModel):
    url: str
    state: str
    reason: str | None
    status: int | None
    depth: int
    document_id: str | None


class CrawlDetail(Crawl):
    problems: list[CrawledPage] = Field(description="The first hundred pages that were not read, and why.")
