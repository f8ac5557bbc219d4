"""What a business knows, as statements for the batch of whoever saves or reads it."""

import json

from modules.knowledge import pieces, queries
from modules.knowledge.cutting import ANALYSIS, Source
from modules.knowledge.schemas import FaqOut, Knowledge, KnowledgeOut, TextOut
from ports.context import Ports
from ports.database import Result, Statement


def save(ports: Ports, tenant_id: str, knowledge: Knowledge, at: str) -> tuple[Statement, ...]:
    """Replaces what onboarding wrote before; what came in by other ways stays."""
    ids = ports.ids
    faqs = [faq.model_dump() | {"id": ids.new("faq")} for faq in knowledge.faqs]
    texts = [text.model_dump() | {"id": ids.new("doc")} for text in knowledge.texts]
    urls = [{"url": url, "id": ids.new("crawl")} for url in dict.fromkeys(knowledge.urls)]
    sources = [Source("faq", faq["id"], faq["question"], faq["answer"]) for faq in faqs]
    sources += [Source("document", text["id"], text["title"], text["content"]) for text in texts]
    return (
        queries.delete_onboarding_faqs(tenant_id),
        queries.delete_onboarding_documents(tenant_id),
        queries.delete_onboarding_crawls(tenant_id),
        queries.insert_onboarding_faqs(tenant_id, json.dumps(faqs), ANALYSIS, at),
        queries.insert_onboarding_documents(tenant_id, json.dumps(texts), ANALYSIS, at),
        queries.insert_onboarding_crawls(tenant_id, json.dumps(urls), at),
        *pieces.room(ports, tenant_id),
        *pieces.put(tenant_id, sources),
    )


def read_all(tenant_id: str) -> tuple[Statement, Statement, Statement]:
    return queries.faqs(tenant_id), queries.onboarding_documents(tenant_id), queries.onboarding_crawls(tenant_id)


def knowledge_out(faqs: Result, documents: Result, crawls: Result) -> KnowledgeOut:
    return KnowledgeOut(
        faqs=[FaqOut.model_validate(row) for row in faqs.rows],
        texts=[TextOut.model_validate(row) for row in documents.rows],
        urls=[str(row["url"]) for row in crawls.rows],
    )
