"""SQL of the templates that WhatsApp has approved for a tenant."""

from ports.database import Statement, Value


def templates(tenant_id: str) -> Statement:
    return Statement(
        """SELECT purpose, language, name, language_code, body, parameters, updated_at FROM message_templates
           WHERE tenant_id = ?1 ORDER BY purpose, language""",
        (tenant_id,),
    )


def put_template(
    tenant_id: str, template_id: str, used_for: tuple[str, str], template: tuple[Value, ...], at: str
) -> Statement:
    """`used_for` is (purpose, language), `template` (name, language code, body, parameters as JSON)."""
    return Statement(
        """INSERT INTO message_templates (tenant_id, id, created_at, updated_at, purpose, language, name, language_code,
             body, parameters)
           VALUES (?1, ?2, ?3, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
           ON CONFLICT (tenant_id, purpose, language) DO UPDATE SET name = excluded.name,
             language_code = excluded.language_code, body = excluded.body, parameters = excluded.parameters,
             updated_at = excluded.updated_at""",
        (tenant_id, template_id, at, *used_for, *template),
    )


def delete_template(tenant_id: str, purpose: str, language: str) -> Statement:
    return Statement(
        "DELETE FROM message_templates WHERE tenant_id = ?1 AND purpose = ?2 AND language = ?3",
        (tenant_id, purpose, language),
    )
