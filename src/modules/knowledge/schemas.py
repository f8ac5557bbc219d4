"""What a business knows: questions with answers, texts, web addresses."""

from typing import Annotated

from pydantic import BaseModel, Field

from modules.text import Input, IsProse, LongText, Name, Paragraph, WebAddress, bounded

Question = Annotated[str, bounded(1, 500), IsProse]


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
