"""The seven agent templates a business starts from, in French and in English."""

from typing import get_args

from modules.agent_types.appointment_booking import APPOINTMENT_BOOKING
from modules.agent_types.common import ENGLISH, FRENCH
from modules.agent_types.custom import CUSTOM
from modules.agent_types.customer_support import CUSTOMER_SUPPORT
from modules.agent_types.model import Language, LocalisedAgentType, ToolName, localise, render
from modules.agent_types.multi_purpose import MULTI_PURPOSE
from modules.agent_types.real_estate import REAL_ESTATE
from modules.agent_types.real_estate_callback import REAL_ESTATE_CALLBACK
from modules.agent_types.receptionist import RECEPTIONIST

__all__ = [
    "AGENT_TYPE_IDS",
    "TOOL_NAMES",
    "Language",
    "LocalisedAgentType",
    "ToolName",
    "agent_type",
    "agent_types",
    "render",
]

_TEMPLATES = {
    template.id: template
    for template in (
        RECEPTIONIST,
        MULTI_PURPOSE,
        APPOINTMENT_BOOKING,
        CUSTOMER_SUPPORT,
        REAL_ESTATE,
        REAL_ESTATE_CALLBACK,
        CUSTOM,
    )
}

TOOL_NAMES: tuple[str, ...] = get_args(ToolName)
AGENT_TYPE_IDS: tuple[str, ...] = tuple(_TEMPLATES)


def agent_type(type_id: str, language: Language) -> LocalisedAgentType:
    """Raises KeyError for an unknown type."""
    return localise(_TEMPLATES[type_id], language, FRENCH if language == "fr" else ENGLISH)


def agent_types(language: Language) -> tuple[LocalisedAgentType, ...]:
    return tuple(agent_type(type_id, language) for type_id in AGENT_TYPE_IDS)
