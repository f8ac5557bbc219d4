"""Questions with the owner's own answers, each found as a piece of its own."""

from errors import NotFound
from modules.identity import audit
from modules.identity.principal import Principal
from modules.instants import stored
from modules.knowledge import document_queries as queries
from modules.knowledge import indexing, pieces
from modules.knowledge.cutting import ANALYSIS, Source
from modules.knowledge.errors import KnowledgeFull
from modules.knowledge.schemas import Faq, FaqChange, NewFaq
from ports.context import Ports
from ports.database import ForeignKeyViolation, Statement


async def create(ports: Ports, principal: Principal, command: NewFaq) -> Faq:
    """Raises KnowledgeFull."""
    return await create_with(ports, principal, command, ports.ids.new("faq"))


async def create_with(
    ports: Ports, principal: Principal, command: NewFaq, faq_id: str, also: tuple[Statement, ...] = ()
) -> Faq:
    """`also` is written in the same batch, after the answer."""
    tenant_id, at = principal.tenant.id, stored(ports.clock.now())
    values = (command.question, command.answer, command.language, ANALYSIS)
    source = Source("faq", faq_id, command.question, command.answer, command.language)
    try:
        *_, found = await ports.db.batch(
            *pieces.room(ports, tenant_id),
            queries.insert_faq(tenant_id, faq_id, values, at),
            audit.entry(ports, principal, "faq.created", faq_id),
            *pieces.put(tenant_id, [source]),
            *also,
            queries.faq(tenant_id, faq_id),
        )
    except ForeignKeyViolation as error:  # of its piece: the answer was not taken
        raise KnowledgeFull("There are 2,000 answers already; delete some that nobody needs.") from error
    await indexing.soon(ports, tenant_id)
    return Faq.model_validate(found.rows[0])


async def list_all(ports: Ports, tenant_id: str, cursor: str, limit: int) -> list[Faq]:
    (found,) = await ports.db.batch(queries.faq_page(tenant_id, cursor, limit))
    return [Faq.model_validate(row) for row in found.rows]


async def change(ports: Ports, principal: Principal, faq_id: str, command: FaqChange) -> Faq:
    """Raises NotFound."""
    tenant_id = principal.tenant.id
    (before,) = await ports.db.batch(queries.faq(tenant_id, faq_id))
    if before.first is None:
        raise NotFound("There is no such question.")
    given = command.model_dump(exclude_none=True)
    after = Faq.model_validate({**before.first, **given})
    values = (after.question, after.answer, after.language, ANALYSIS)
    source = Source("faq", faq_id, after.question, after.answer, after.language)
    try:
        *_, found = await ports.db.batch(
            queries.update_faq(tenant_id, faq_id, values, stored(ports.clock.now())),
            audit.entry(ports, principal, "faq.changed", faq_id),
            *pieces.replace(tenant_id, source),
            queries.faq(tenant_id, faq_id),
        )
    except ForeignKeyViolation as error:  # deleted a moment ago
        raise NotFound("There is no such question.") from error
    await indexing.soon(ports, tenant_id)
    return Faq.model_validate(found.rows[0])


async def delete(ports: Ports, principal: Principal, faq_id: str) -> None:
    """Raises NotFound."""
    deleted, _ = await ports.db.batch(
        queries.delete_faq(principal.tenant.id, faq_id), audit.entry(ports, principal, "faq.deleted", faq_id)
    )
    if not deleted.changes:
        raise NotFound("There is no such question.")
    await indexing.soon(ports, principal.tenant.id)
