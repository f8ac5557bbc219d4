"""SQL of questions and answers, texts, and addresses to read."""

from ports.database import Statement


def delete_onboarding_faqs(tenant_id: str) -> Statement:
    return Statement("DELETE FROM knowledge_faq WHERE tenant_id = ?1 AND origin = 'onboarding'", (tenant_id,))


def delete_onboarding_documents(tenant_id: str) -> Statement:
    return Statement("DELETE FROM knowledge_documents WHERE tenant_id = ?1 AND origin = 'onboarding'", (tenant_id,))


def delete_onboarding_crawls(tenant_id: str) -> Statement:
    return Statement("DELETE FROM knowledge_crawl_jobs WHERE tenant_id = ?1 AND origin = 'onboarding'", (tenant_id,))


def insert_onboarding_faqs(tenant_id: str, faqs: str, analysis: int, at: str) -> Statement:
    """`faqs` is JSON: [{id, question, answer}, ...] in their order."""
    return Statement(
        """INSERT INTO knowledge_faq (id, tenant_id, question, answer, position, origin, analysis, created_at, updated_at)
           SELECT value ->> 'id', ?1, value ->> 'question', value ->> 'answer', key, 'onboarding', ?3, ?4, ?4
           FROM json_each(?2)""",
        (tenant_id, faqs, analysis, at),
    )


def insert_onboarding_documents(tenant_id: str, texts: str, analysis: int, at: str) -> Statement:
    """`texts` is JSON: [{id, title, content}, ...] in their order."""
    return Statement(
        """INSERT INTO knowledge_documents (id, tenant_id, title, content, position, origin, analysis, created_at, updated_at)
           SELECT value ->> 'id', ?1, value ->> 'title', value ->> 'content', key, 'onboarding', ?3, ?4, ?4
           FROM json_each(?2)""",
        (tenant_id, texts, analysis, at),
    )


def insert_onboarding_crawls(tenant_id: str, urls: str, at: str) -> Statement:
    """`urls` is JSON: [{id, url}, ...] in their order."""
    return Statement(
        """INSERT INTO knowledge_crawl_jobs (id, tenant_id, url, position, origin, created_at, updated_at)
           SELECT value ->> 'id', ?1, value ->> 'url', key, 'onboarding', ?3, ?3 FROM json_each(?2)""",
        (tenant_id, urls, at),
    )


def faqs(tenant_id: str) -> Statement:
    return Statement(
        "SELECT id, question, answer FROM knowledge_faq WHERE tenant_id = ?1 ORDER BY position, id", (tenant_id,)
    )


def onboarding_documents(tenant_id: str) -> Statement:
    return Statement(
        """SELECT id, title, content FROM knowledge_documents WHERE tenant_id = ?1 AND origin = 'onboarding'
           ORDER BY position, id""",
        (tenant_id,),
    )


def onboarding_crawls(tenant_id: str) -> Statement:
    return Statement(
        """SELECT url FROM knowledge_crawl_jobs WHERE tenant_id = ?1 AND origin = 'onboarding'
           ORDER BY position, id""",
        (tenant_id,),
    )
