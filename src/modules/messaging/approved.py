"""The templates that WhatsApp has approved for a business: what may be sent once a day has passed."""

import json

from errors import NotFound
from modules.instants import shown, stored
from modules.messaging import template_queries as queries
from modules.messaging.schemas import Purpose, Template, TemplateIn
from ports.context import Ports
from ports.database import Row
from ports.dialogue import Language


async def list_templates(ports: Ports, tenant_id: str) -> list[Template]:
    (found,) = await ports.db.batch(queries.templates(tenant_id))
    return [_template(row) for row in found.rows]


async def put(ports: Ports, tenant_id: str, used_for: tuple[Purpose, Language], command: TemplateIn) -> Template:
    """One for each purpose and language; another takes its place."""
    at = stored(ports.clock.now())
    parameters = json.dumps(command.parameters)
    values = (command.name, command.language_code, command.body, parameters)
    await ports.db.batch(queries.put_template(tenant_id, ports.ids.new("tpl"), used_for, values, at))
    purpose, language = used_for
    return Template(purpose=purpose, language=language, updated_at=shown(at) or "", **command.model_dump())


async def delete(ports: Ports, tenant_id: str, used_for: tuple[Purpose, Language]) -> None:
    """Raises NotFound."""
    (deleted,) = await ports.db.batch(queries.delete_template(tenant_id, *used_for))
    if not deleted.changes:
        raise NotFound("There is no such template.")


def _template(row: Row) -> Template:
    return Template.model_validate({**row, "parameters": json.loads(str(row["parameters"]))})
