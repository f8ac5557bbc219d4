"""Every route against everybody who must not get in.

The owner's request has to succeed first; then the same request is tried by each attacker, on an untouched copy, and
nothing of the database may change. A route without a recipe fails here, so nobody has to remember a new one.
"""

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from types import MappingProxyType
from typing import Any

import httpx
import jwt
import pytest
from fastapi.routing import APIRoute
from twilio.request_validator import RequestValidator

from app import api
from tests.support.business import STEPS, onboard, save, sign_up, start
from tests.support.diary import CALLER, book, service_id
from tests.support.fakes import VARIABLES, World
from tests.support.http import ORIGIN, client_of
from tests.support.signed import SMS, sms, twilio
from tests.support.work import run_jobs
from tools import seed
from tools.fakes.calendars import Store
from web.auth import Need, guard_of, metrics_reader, operator

Json = Mapping[str, Any]
Row = Mapping[str, Any]

CONVERSATIONS = "/api/v1/omnichannel/conversations"
NUMBER, OTHER_NUMBER = "+33199001234", "+33199005678"
AGENT = {key: value for key, value in seed.ASSISTANT.items() if key != "phone_number"}
KEY_WITHOUT = "profile:read"
CALENDAR = {
    "NUMBER_PURCHASES": "true",
    "TRIAL_NUMBER": "+33199000100",
    "TWILIO_SENDER": "+33199000000",
    "MAIL_DOMAIN": "desk.example",
    "GOOGLE_CLIENT_ID": "sample-client",
    "GOOGLE_CLIENT_SECRET": "sample-secret-0123456789",
}


@dataclass(frozen=True)
class Recipe:
    """What the owner sends: names in the path and the body are filled with ids of the owner's own rows."""

    path: Mapping[str, str] | None = None
    json: Any = None
    is_open: bool = False  # while onboarding is still going on
    own: bool = False  # concerns nobody but the user who asks: every member may
    query: Mapping[str, str] | None = None
    files: Mapping[str, tuple[str, bytes]] | None = None


WEBHOOK = {"url": "https://hooks.sample.example/receiver/sample", "events": ["*"]}
TOOL = {
    "name": "stock_of",
    "description": "How many of a part are in stock.",
    "parameters": {"type": "object", "properties": {"part": {"type": "string"}}, "required": ["part"]},
    "url": "https://hooks.sample.example/receiver/tool",
}
PROSPECT = {"name": "Sample Prospect", "interest": "un appartement"}
LISTING = {"title": "T3", "deal": "sale", "kind": "apartment", "city": "Lyon", "price_minor": 20_000_000}
TEMPLATE = {"name": "sample", "language_code": "fr", "body": "Bonjour, {{1}}.", "parameters": ["business"]}
API_KEY = {"api_key": "sk-sample-0123456789abcdef"}
CREDENTIALS: Mapping[str, Json] = {
    "twilio": {"account_sid": VARIABLES["TWILIO_ACCOUNT_SID"], "auth_token": VARIABLES["TWILIO_AUTH_TOKEN"]},
    **dict.fromkeys(("vapi", "openai", "anthropic", "elevenlabs"), API_KEY),
    "resend": {"api_key": "re_sample_0123456789", "sender": "Sample <desk@sample.example>"},
    "smtp": {
        "host": "smtp.sample.example",
        "port": 465,
        "username": "desk",
        "password": "0123456789",
        "sender": "desk@sample.example",
    },
    "whatsapp": {"access_token": "EAAsample0123456789", "phone_number_id": "1000000001", "app_secret": "0123456789"},
}

OWN = {"account_sid": "AC" + "5" * 32, "auth_token": "own-token-0123456789abcdef0123456789", "sender": "+33199006001"}
RECIPES: Mapping[str, Recipe] = {
    "POST /api/v1/auth/logout": Recipe(own=True),
    "GET /api/v1/auth/me": Recipe(own=True),
    "PATCH /api/v1/auth/profile": Recipe(json={"name": "New Name"}, own=True),
    "POST /api/v1/auth/resend-verification": Recipe(own=True),
    "GET /api/v1/auth/api-keys": Recipe(),
    "POST /api/v1/auth/api-keys": Recipe(json={"name": "Sample", "scopes": ["agents:read"]}),
    "DELETE /api/v1/auth/api-keys/{key_id}": Recipe({"key_id": "<api_keys>"}),
    **dict.fromkeys(
        (f"{method} /api/v1/omnichannel/{path}" for method in ("GET",) for path in ("agent-config", "agent/config")),
        Recipe(),
    ),
    **dict.fromkeys(
        ("PUT /api/v1/omnichannel/agent-config", "PUT /api/v1/omnichannel/agent/config"), Recipe(json=AGENT)
    ),
    **dict.fromkeys(
        ("DELETE /api/v1/omnichannel/agent-config", "DELETE /api/v1/omnichannel/agent/config"), Recipe(is_open=True)
    ),
    "GET /api/v1/omnichannel/agent/voices": Recipe(),
    "GET /api/v1/omnichannel/agent/voices/{voice_id}/preview": Recipe({"voice_id": "luna"}, query={"language": "en"}),
    "GET /api/v1/trial": Recipe(),
    "POST /api/v1/trial/callers": Recipe(json={"phone_number": "+33639980007"}),
    "POST /api/v1/trial/callers/verify": Recipe(json={"phone_number": "+33639980008", "code": "<trial code>"}),
    "DELETE /api/v1/trial/callers/{phone_number}": Recipe({"phone_number": "<trial caller>"}),
    "GET /api/v1/forwardings": Recipe(),
    "POST /api/v1/forwardings": Recipe(json={"own_number": "+33199007778", "mapping_id": "<omni_phone_mappings>"}),
    "POST /api/v1/forwardings/{forwarding_id}/test": Recipe({"forwarding_id": "<forwardings>"}),
    "DELETE /api/v1/forwardings/{forwarding_id}": Recipe({"forwarding_id": "<forwardings>"}),
    "POST /api/v1/calls": Recipe(json={"to": "+33639980005", "reason": "votre demande"}),
    "GET /api/v1/twilio/numbers": Recipe(),
    "GET /api/v1/phone-numbers": Recipe(),
    "POST /api/v1/phone-numbers/import": Recipe(json={"phone_numbers": ["+33199006001"]}),
    "GET /api/v1/phone-numbers/available": Recipe(),
    "GET /api/v1/phone-numbers/regulatory": Recipe(),
    "POST /api/v1/phone-numbers/buy": Recipe(json={"phone_number": "+33199008001"}),
    "GET /api/v1/phone-numbers/{line_id}": Recipe({"line_id": "<carrier_numbers>"}),
    "POST /api/v1/phone-numbers/{line_id}/configure": Recipe({"line_id": "<carrier_numbers>"}),
    "POST /api/v1/phone-numbers/{line_id}/release": Recipe({"line_id": "<carrier_numbers>"}),
    "DELETE /api/v1/phone-numbers/{line_id}": Recipe({"line_id": "<carrier_numbers>"}),
    "GET /api/v1/vapi/settings": Recipe(),
    "GET /api/v1/vapi/settings/{key}": Recipe({"key": "transfer_mode"}),
    "PUT /api/v1/vapi/settings/{key}": Recipe({"key": "transfer_mode"}, {"value": "blind"}),
    "GET /api/v1/vapi/assistants": Recipe(),
    "POST /api/v1/vapi/assistants/{agent_id}/push": Recipe({"agent_id": "<omni_agent_configs>"}),
    "POST /api/v1/vapi/assistants/{agent_id}/check": Recipe({"agent_id": "<pushed agent>"}),
    "GET /api/v1/omnichannel/agents": Recipe(),
    "POST /api/v1/omnichannel/agents": Recipe(json=AGENT),
    "GET /api/v1/omnichannel/agents/{agent_id}": Recipe({"agent_id": "<omni_agent_configs>"}),
    "PATCH /api/v1/omnichannel/agents/{agent_id}": Recipe({"agent_id": "<omni_agent_configs>"}, {"agent_name": "Else"}),
    "DELETE /api/v1/omnichannel/agents/{agent_id}": Recipe({"agent_id": "<spare agent>"}),
    "GET /api/v1/omnichannel/agents/{agent_id}/versions": Recipe({"agent_id": "<omni_agent_configs>"}),
    "GET /api/v1/omnichannel/tools": Recipe(),
    "POST /api/v1/omnichannel/tools": Recipe(json={**TOOL, "name": "another"}),
    "PATCH /api/v1/omnichannel/tools/{tool_id}": Recipe({"tool_id": "<custom_tools>"}, {"is_active": False}),
    "DELETE /api/v1/omnichannel/tools/{tool_id}": Recipe({"tool_id": "<custom_tools>"}),
    "GET /api/v1/omnichannel/settings": Recipe(),
    "PUT /api/v1/omnichannel/settings": Recipe(json={"cost_cap_call_minor": 50}),
    "POST /api/v1/omnichannel/agents/{agent_id}/publish": Recipe({"agent_id": "<omni_agent_configs>"}),
    "POST /api/v1/omnichannel/agents/{agent_id}/rollback": Recipe({"agent_id": "<omni_agent_configs>"}, {"version": 1}),
    "GET /api/v1/omnichannel/agents/{agent_id}/versions/{first}/diff/{second}": Recipe(
        {"agent_id": "<omni_agent_configs>", "first": "1", "second": "1"}
    ),
    "GET /api/v1/omnichannel/phone-mappings": Recipe(),
    "POST /api/v1/omnichannel/phone-mappings": Recipe(
        json={"phone_number": OTHER_NUMBER, "agent_id": "<omni_agent_configs>"}
    ),
    "GET /api/v1/omnichannel/phone-mappings/{mapping_id}": Recipe({"mapping_id": "<omni_phone_mappings>"}),
    "PATCH /api/v1/omnichannel/phone-mappings/{mapping_id}": Recipe(
        {"mapping_id": "<omni_phone_mappings>"}, {"is_active": False}
    ),
    "DELETE /api/v1/omnichannel/phone-mappings/{mapping_id}": Recipe({"mapping_id": "<omni_phone_mappings>"}),
    "POST /api/v1/omnichannel/phone-mappings/{mapping_id}/verify": Recipe(
        {"mapping_id": "<omni_phone_mappings>"},
    ),
    "GET /api/v1/integrations": Recipe(),
    "GET /api/v1/integrations/{provider}/credentials": Recipe({"provider": "openai"}),
    "DELETE /api/v1/integrations/{provider}/credentials": Recipe({"provider": "openai"}),
    **{f"PUT /api/v1/integrations/{provider}/credentials": Recipe(json=body) for provider, body in CREDENTIALS.items()},
    "GET /api/v1/webhook-endpoints": Recipe(),
    "POST /api/v1/webhook-endpoints": Recipe(json=WEBHOOK),
    **{
        name: Recipe({"endpoint_id": "<webhook_endpoints>"}, body)
        for name, body in {
            "GET /api/v1/webhook-endpoints/{endpoint_id}": None,
            "PATCH /api/v1/webhook-endpoints/{endpoint_id}": {"is_active": False},
            "DELETE /api/v1/webhook-endpoints/{endpoint_id}": None,
            "GET /api/v1/webhook-endpoints/{endpoint_id}/secret": None,
            "POST /api/v1/webhook-endpoints/{endpoint_id}/secret/rotate": None,
            "POST /api/v1/webhook-endpoints/{endpoint_id}/test": None,
            "GET /api/v1/webhook-endpoints/{endpoint_id}/deliveries": None,
        }.items()
    },
    **dict.fromkeys(
        (
            "GET /api/v1/webhook-endpoints/{endpoint_id}/deliveries/{delivery_id}",
            "POST /api/v1/webhook-endpoints/{endpoint_id}/deliveries/{delivery_id}/retry",
        ),
        Recipe({"endpoint_id": "<webhook_endpoints>", "delivery_id": "<webhook_deliveries>"}),
    ),
    "GET /api/v1/omnichannel/conversations": Recipe(),
    "POST /api/v1/omnichannel/conversations/{conversation_id}/messages": Recipe(
        {"conversation_id": "<written conversation>"}, {"text": "Un collègue vous répond."}
    ),
    **{
        f"POST /api/v1/omnichannel/conversations/{{conversation_id}}/{deed}": Recipe(
            {"conversation_id": "<written conversation>"}
        )
        for deed in ("takeover", "handback", "close", "read")
    },
    "PUT /api/v1/omnichannel/conversations/{conversation_id}/assignment": Recipe(
        {"conversation_id": "<written conversation>"}, {"user_id": "<viewer>"}
    ),
    "GET /api/v1/omnichannel/conversations/attachments/{attachment_id}": Recipe({"attachment_id": "<attachment>"}),
    **{f"GET /api/v1/analytics/{name}": Recipe() for name in ("overview", "dashboard", "insights")},
    "GET /api/v1/calls/stats": Recipe(),
    "GET /api/v1/omnichannel/conversations/canned-answers": Recipe(),
    "PUT /api/v1/omnichannel/conversations/canned-answers/{shortcut}": Recipe(
        {"shortcut": "hello"}, {"body": "Bonjour"}
    ),
    "DELETE /api/v1/omnichannel/conversations/canned-answers/{shortcut}": Recipe({"shortcut": "sample"}),
    "GET /api/v1/omnichannel/conversations/{conversation_id}/notes": Recipe(
        {"conversation_id": "<written conversation>"}
    ),
    "POST /api/v1/omnichannel/conversations/{conversation_id}/notes": Recipe(
        {"conversation_id": "<written conversation>"}, {"body": "À rappeler"}
    ),
    "GET /api/v1/omnichannel/conversations/events": Recipe(),
    "GET /api/v1/tickets": Recipe(),
    "POST /api/v1/tickets": Recipe(json={"body": "Rappeler"}),
    "GET /api/v1/tickets/{ticket_id}": Recipe({"ticket_id": "<tickets>"}),
    "PATCH /api/v1/tickets/{ticket_id}": Recipe({"ticket_id": "<tickets>"}, {"status": "done"}),
    "GET /api/v1/prospects": Recipe(),
    "POST /api/v1/prospects": Recipe(json=PROSPECT),
    "POST /api/v1/prospects/import": Recipe(json={"csv": "name,interest\nSample Else,pneus", "preview": False}),
    "GET /api/v1/prospects/export": Recipe(),
    "GET /api/v1/prospects/{prospect_id}": Recipe({"prospect_id": "<prospects>"}),
    "PATCH /api/v1/prospects/{prospect_id}": Recipe({"prospect_id": "<prospects>"}, {"status": "won"}),
    "GET /api/v1/products": Recipe(),
    "POST /api/v1/products": Recipe(json={"name": "Sample Tyre"}),
    "POST /api/v1/products/import": Recipe(json={"csv": "name\nSample Tyre", "preview": False}),
    "GET /api/v1/products/export": Recipe(),
    "GET /api/v1/products/categories": Recipe(),
    "PUT /api/v1/products/categories/{category_id}": Recipe({"category_id": "<product_categories>"}, {"name": "Other"}),
    "DELETE /api/v1/products/categories/{category_id}": Recipe({"category_id": "<product_categories>"}),
    "PUT /api/v1/products/variants/{variant_id}/stock": Recipe({"variant_id": "<product_variants>"}, {"stock": 3}),
    "GET /api/v1/products/{product_id}": Recipe({"product_id": "<products>"}),
    "PUT /api/v1/products/{product_id}": Recipe({"product_id": "<products>"}, {"name": "Else"}),
    "DELETE /api/v1/products/{product_id}": Recipe({"product_id": "<products>"}),
    "GET /api/v1/listings": Recipe(),
    "POST /api/v1/listings": Recipe(json=LISTING),
    "GET /api/v1/listings/{listing_id}": Recipe({"listing_id": "<listings>"}),
    "PUT /api/v1/listings/{listing_id}": Recipe({"listing_id": "<listings>"}, LISTING),
    "DELETE /api/v1/listings/{listing_id}": Recipe({"listing_id": "<listings>"}),
    "GET /api/v1/listings/{listing_id}/matches": Recipe({"listing_id": "<listings>"}),
    "GET /api/v1/channels": Recipe(),
    "GET /api/v1/customers": Recipe(),
    "POST /api/v1/customers": Recipe(json={"name": "Sample Else"}),
    "POST /api/v1/customers/import": Recipe(json={"csv": "name\nSample Else", "preview": False}),
    "GET /api/v1/customers/export": Recipe(),
    "GET /api/v1/customers/{customer_id}": Recipe({"customer_id": "<customers>"}),
    "PATCH /api/v1/customers/{customer_id}": Recipe({"customer_id": "<customers>"}, {"company": "Sample"}),
    "POST /api/v1/customers/{customer_id}/export": Recipe({"customer_id": "<customers>"}),
    "DELETE /api/v1/customers/{customer_id}": Recipe({"customer_id": "<spare customer>"}),
    "GET /api/v1/tenant/retention": Recipe(),
    "PUT /api/v1/tenant/retention": Recipe(json={"transcripts_days": 30, "recordings_days": 30, "audio_days": None}),
    "POST /api/v1/tenant/export": Recipe(),
    "GET /api/v1/tenant/exports": Recipe(),
    "GET /api/v1/tenant/exports/{export_id}": Recipe({"export_id": "<data_exports>"}),
    "GET /api/v1/tenant/audit": Recipe(),
    "DELETE /api/v1/tenant": Recipe(json={"confirm": "Garage Exemple"}),
    "GET /api/v1/tenant/erasure": Recipe(),
    "DELETE /api/v1/tenant/erasure": Recipe(),
    "POST /api/v1/customers/{customer_id}/merge": Recipe(
        {"customer_id": "<customers>"}, {"customer_id": "<spare customer>"}
    ),
    "GET /api/v1/customers/{customer_id}/timeline": Recipe({"customer_id": "<customers>"}),
    "GET /api/v1/channels/{channel}": Recipe({"channel": "sms"}),
    "PUT /api/v1/channels": Recipe(None, {"channels": {"web": {"enabled": True}}}),
    "PUT /api/v1/channels/{channel}": Recipe({"channel": "web"}, {"enabled": True}),
    "POST /api/v1/integrations/email/test": Recipe(),
    "POST /api/v1/channels/{channel}/test": Recipe({"channel": "sms"}, {"to": "+33639980007"}),
    "POST /api/v1/messaging/count": Recipe(json={"text": "Bonjour"}),
    "GET /api/v1/messaging/templates": Recipe(),
    "PUT /api/v1/messaging/templates/{purpose}/{language}": Recipe(
        {"purpose": "marketing", "language": "fr"}, TEMPLATE
    ),
    "DELETE /api/v1/messaging/templates/{purpose}/{language}": Recipe({"purpose": "reply", "language": "fr"}),
    "GET /api/v1/omnichannel/conversations/{conversation_id}": Recipe({"conversation_id": "<omni_conversations>"}),
    "GET /api/v1/calls": Recipe(),
    "GET /api/v1/calls/{call_id}": Recipe({"call_id": "<calls>"}),
    "POST /api/v1/onboarding/start": Recipe(is_open=True),
    "GET /api/v1/onboarding/agent-types": Recipe(),
    "GET /api/v1/onboarding/state": Recipe(),
    "GET /api/v1/onboarding/session/{session_id}": Recipe({"session_id": "<onboarding_sessions>"}),
    **{
        f"POST /api/v1/onboarding/session/{{session_id}}/{step}": Recipe(
            {"session_id": "<onboarding_sessions>"}, body, is_open=True
        )
        for step, body in STEPS.items()
    },
    "POST /api/v1/onboarding/session/{session_id}/complete": Recipe(
        {"session_id": "<onboarding_sessions>"}, is_open=True
    ),
    "POST /api/v1/onboarding/session/{session_id}/event": Recipe(
        {"session_id": "<onboarding_sessions>"}, {"step": "business", "event": "entered"}, is_open=True
    ),
    "POST /api/v1/onboarding/session/{session_id}/{step}/skip": Recipe(
        {"session_id": "<onboarding_sessions>", "step": "knowledge"}, is_open=True
    ),
    "GET /api/v1/team/members": Recipe(),
    "PATCH /api/v1/team/members/{user_id}": Recipe({"user_id": "<viewer>"}, {"role": "agent"}),
    "DELETE /api/v1/team/members/{user_id}": Recipe({"user_id": "<viewer>"}),
    "GET /api/v1/team/invitations": Recipe(),
    "POST /api/v1/team/invitations": Recipe(json={"email": "new@sample.example", "role": "viewer"}),
    "DELETE /api/v1/team/invitations/{invitation_id}": Recipe({"invitation_id": "<invitations>"}),
    "POST /api/v1/team/invitations/join": Recipe(json={"token": "<invitation for the owner>"}, own=True),
    "GET /api/v1/services": Recipe(),
    "POST /api/v1/services": Recipe(json={"name": "Contrôle", "duration_min": 30}),
    "GET /api/v1/services/{service_id}": Recipe({"service_id": "<services>"}),
    "PATCH /api/v1/services/{service_id}": Recipe({"service_id": "<services>"}, {"capacity": 2}),
    "DELETE /api/v1/services/{service_id}": Recipe({"service_id": "<services>"}),
    "GET /api/v1/agents": Recipe(),
    "POST /api/v1/agents": Recipe(json={"name": "Marc"}),
    "GET /api/v1/agents/{agent_id}": Recipe({"agent_id": "<agents>"}),
    "PATCH /api/v1/agents/{agent_id}": Recipe({"agent_id": "<agents>"}, {"daily_limit": 5}),
    "DELETE /api/v1/agents/{agent_id}": Recipe({"agent_id": "<spare staff>"}),
    "GET /api/v1/availability": Recipe(),
    "POST /api/v1/availability": Recipe(json={"kind": "override", "first_day": "2026-12-01", "last_day": "2026-12-02"}),
    "PUT /api/v1/availability/weekly/{agent_id}": Recipe({"agent_id": "<agents>"}, {"hours": {}}),
    "DELETE /api/v1/availability/{availability_id}": Recipe({"availability_id": "<availability_slots>"}),
    "GET /api/v1/appointments/slots": Recipe(
        query={"service_id": "<services>", "from": "2026-11-25", "to": "2026-11-26"}
    ),
    "GET /api/v1/appointments/settings": Recipe(),
    "PUT /api/v1/appointments/settings": Recipe(json={"notice_min": 30}),
    "POST /api/v1/appointments/holds": Recipe(json={"service_id": "<services>", "start": "2026-11-25T09:30:00+01:00"}),
    "DELETE /api/v1/appointments/holds/{hold_id}": Recipe({"hold_id": "<hold>"}),
    "GET /api/v1/appointments/waiting-list": Recipe(),
    "POST /api/v1/appointments/waiting-list": Recipe(
        json={"service_id": "<services>", "first_day": "2026-11-25", "last_day": "2026-11-26", "customer": CALLER}
    ),
    "DELETE /api/v1/appointments/waiting-list/{waiting_id}": Recipe({"waiting_id": "<waiting_list>"}),
    "GET /api/v1/appointments": Recipe(),
    "POST /api/v1/appointments": Recipe(
        json={"service_id": "<services>", "start": "2026-11-25T09:30:00+01:00", "customer": CALLER}
    ),
    "GET /api/v1/appointments/{appointment_id}": Recipe({"appointment_id": "<appointments>"}),
    "PATCH /api/v1/appointments/{appointment_id}": Recipe(
        {"appointment_id": "<appointments>"}, {"start": "2026-11-25T09:30:00+01:00"}
    ),
    "POST /api/v1/appointments/{appointment_id}/cancel": Recipe({"appointment_id": "<appointments>"}),
    "POST /api/v1/appointments/{appointment_id}/no-show": Recipe({"appointment_id": "<begun appointment>"}),
    **{f"{method} /api/v1/calendar/{{provider}}/connect": Recipe({"provider": "google"}) for method in ("GET", "POST")},
    "POST /api/v1/calendar/{provider}/callback": Recipe({"provider": "google"}, {"state": "<state>", "code": "<code>"}),
    "GET /api/v1/calendar/{provider}/status": Recipe({"provider": "google"}),
    "DELETE /api/v1/calendar/{provider}": Recipe({"provider": "google"}),
    "GET /api/v1/integrations/calendar/{provider}/events": Recipe({"provider": "google"}),
    "GET /api/v1/agents/{agent_id}/feed": Recipe({"agent_id": "<agents>"}),
    "POST /api/v1/agents/{agent_id}/feed/renew": Recipe({"agent_id": "<agents>"}),
    "GET /api/v1/knowledge/documents": Recipe(),
    "POST /api/v1/knowledge/documents": Recipe(json={"title": "Sample", "content": "A text of its own."}),
    "POST /api/v1/knowledge/documents/upload": Recipe(files={"file": ("sample.txt", b"A text of its own.")}),
    "GET /api/v1/knowledge/documents/{document_id}": Recipe({"document_id": "<knowledge_documents>"}),
    "PATCH /api/v1/knowledge/documents/{document_id}": Recipe(
        {"document_id": "<knowledge_documents>"}, {"content": "Another text."}
    ),
    "DELETE /api/v1/knowledge/documents/{document_id}": Recipe({"document_id": "<knowledge_documents>"}),
    "GET /api/v1/knowledge/documents/{document_id}/versions": Recipe({"document_id": "<knowledge_documents>"}),
    "GET /api/v1/knowledge/faq": Recipe(),
    "POST /api/v1/knowledge/faq": Recipe(json={"question": "Sample?", "answer": "A sample."}),
    "PATCH /api/v1/knowledge/faq/{faq_id}": Recipe({"faq_id": "<knowledge_faq>"}, {"answer": "Another."}),
    "DELETE /api/v1/knowledge/faq/{faq_id}": Recipe({"faq_id": "<knowledge_faq>"}),
    "POST /api/v1/knowledge/crawl": Recipe(json={"url": "https://hooks.sample.example/"}),
    "GET /api/v1/knowledge/crawls": Recipe(),
    "GET /api/v1/knowledge/crawls/{crawl_id}": Recipe({"crawl_id": "<knowledge_crawl_jobs>"}),
    "POST /api/v1/knowledge/crawls/{crawl_id}/refresh": Recipe({"crawl_id": "<knowledge_crawl_jobs>"}),
    "DELETE /api/v1/knowledge/crawls/{crawl_id}": Recipe({"crawl_id": "<knowledge_crawl_jobs>"}),
    "POST /api/v1/knowledge/search": Recipe(json={"query": "vidange"}),
    "POST /api/v1/knowledge/ask": Recipe(json={"question": "Combien de temps dure une vidange ?"}),
    "GET /api/v1/knowledge/suggestions": Recipe(),
    "POST /api/v1/knowledge/suggestions/{suggestion_id}/answer": Recipe(
        {"suggestion_id": "<knowledge_questions>"}, {"answer": "A sample."}
    ),
    "DELETE /api/v1/knowledge/suggestions/{suggestion_id}": Recipe({"suggestion_id": "<knowledge_questions>"}),
    "GET /api/v1/messaging/messages": Recipe(),
    "POST /api/v1/messaging/messages": Recipe(
        json={"channel": "sms", "to": "+33639980001", "text": "Bonjour", "purpose": "reply"}
    ),
    "GET /api/v1/messaging/policies/{channel}": Recipe({"channel": "sms"}),
    "PUT /api/v1/messaging/policies/{channel}": Recipe({"channel": "sms"}, {"daily_cap": 5}),
    "PUT /api/v1/messaging/consents": Recipe(
        json={"channel": "sms", "address": "+33639980001", "state": "withdrawn", "source": "A sample"}
    ),
}


def routes() -> list[tuple[str, APIRoute]]:
    found = [(f"{method} {r.path}", r) for r in api.routes if isinstance(r, APIRoute) for method in r.methods or ()]
    return sorted(found, key=lambda one: one[0])


GUARDED = [(name, route) for name, route in routes() if isinstance(guard_of(route), Need)]
OPERATED = [name for name, route in routes() if guard_of(route) in (operator, metrics_reader)]
OPERATED_BODIES: Mapping[str, Json] = {"PUT /api/v1/admin/numbers": {"phone_number": OTHER_NUMBER}}


@dataclass
class Scene:
    """A database with two businesses, and the ids and tokens of everybody in it."""

    content: bytes
    tokens: dict[str, str]
    ids: dict[str, str]
    next_id: int
    variables: Mapping[str, str]
    calendar: Store  # of Google, as it was left
    blobs: dict[str, tuple[bytes, str]]

    @cached_property
    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """The owner's, in every untouched copy."""
        return rows_of(self.world(), self.ids["tenant"])

    def world(self) -> World:
        world = World(**self.variables)
        with_account(world)
        world.blobs.held = dict(self.blobs)
        world.fakes.google.store = replace(deepcopy(replace(self.calendar, now=datetime.now)), now=world.clock.now)
        world.db.connection.deserialize(self.content)
        world.db.connection.execute("PRAGMA foreign_keys = ON")
        world.ids.skip(self.next_id)
        return world

    def request(self, world: World, name: str, recipe: Recipe, headers: Mapping[str, str]) -> httpx.Response:
        method, _, path = name.partition(" ")
        for placeholder, kind in (recipe.path or {}).items():
            path = path.replace(f"{{{placeholder}}}", self.ids.get(kind, kind))
        body = recipe.json
        if isinstance(body, dict):
            body = {key: self.ids.get(value, value) if isinstance(value, str) else value for key, value in body.items()}
        with client_of(world) as client:
            query = {key: self.ids.get(value, value) for key, value in (recipe.query or {}).items()}
            given = {"files": dict(recipe.files)} if recipe.files else {"json": body}
            return client.request(method, path, headers=dict(headers), params=query or None, **given)


def with_proofs(world: World, owner: httpx.Client) -> dict[str, str]:
    """A forwarding, a telephone that is proven and one that has got its code."""
    mapping = owner.get("/api/v1/omnichannel/phone-mappings").json()["items"][0]["id"]
    body = {"own_number": "+33199007777", "mapping_id": mapping}
    assert owner.post("/api/v1/forwardings", json=body).status_code == 201
    code = ""
    for number in ("+33639980009", "+33639980008"):
        assert owner.post("/api/v1/trial/callers", json={"phone_number": number}).status_code == 202
        sent = [one["text"] for one in owner.get("/dev/outbox").json()["items"] if number in one.values()]
        code = sent[0].partition("is ")[2][:6] or sent[0].partition("code est ")[2][:6]
        if number.endswith("9"):
            proven = {"phone_number": number, "code": code}
            assert owner.post("/api/v1/trial/callers/verify", json=proven).status_code == 200
    return {"<trial code>": code, "<trial caller>": "+33639980009"}


def with_account(world: World) -> None:
    """An own account of the business at Twilio, with a number for sale."""
    world.fakes.twilio.add_account(OWN["account_sid"], OWN["auth_token"], numbers=["+33199006001"])


def call(client: httpx.Client, token: str) -> None:
    params = {"CallSid": f"CA{1:032x}", "To": NUMBER, "From": "+33639980001", "CallStatus": "ringing"}
    params["AccountSid"] = VARIABLES["TWILIO_ACCOUNT_SID"]
    path = "/webhooks/omnichannel/voice"
    signature = RequestValidator(token).compute_signature(f"{ORIGIN}{path}", params)
    assert client.post(path, data=params, headers={"X-Twilio-Signature": signature}).status_code == 200


def with_diary(world: World, owner: httpx.Client) -> dict[str, str]:
    """One of the staff to spare, other hours on a day, a hold, an appointment that has begun and one to come."""
    staff = owner.get("/api/v1/agents").json()["items"][0]["id"]
    spare = owner.post("/api/v1/agents", json={"name": "Julie"}).json()["agent"]["id"]
    closed = {"kind": "override", "first_day": "2026-12-24", "last_day": "2026-12-26"}
    assert owner.post("/api/v1/availability", json=closed).status_code == 201
    service = service_id(owner, "Diagnostic")
    waits = {"service_id": service, "first_day": "2026-11-25", "last_day": "2026-11-26", "customer": CALLER}
    assert owner.post("/api/v1/appointments/waiting-list", json=waits).status_code == 201
    start = {"service_id": service, "start": "2026-11-27T10:00:00+01:00", "agent_id": staff}
    hold = owner.post("/api/v1/appointments/holds", json=start).json()["appointment"]["id"]
    begun, _ = (
        book(owner, service, f"2026-11-26T{hour}:00:00+01:00", agent_id=staff).json()["appointment"]["id"]
        for hour in ("10", "11")
    )
    world.db.connection.execute(
        "UPDATE appointments SET starts_at = '2026-11-19 09:00:00.000', ends_at = '2026-11-19 09:30:00.000',"
        " busy_from = '2026-11-19 09:00:00.000', busy_to = '2026-11-19 09:30:00.000' WHERE id = ?",
        (begun,),
    )
    return {"<spare staff>": spare, "<hold>": hold, "<begun appointment>": begun}


def with_knowledge(owner: httpx.Client) -> None:
    """A document, a site to be read, and a question that nothing answers."""
    document = {"title": "Conditions", "content": "La garantie dure un an."}
    assert owner.post("/api/v1/knowledge/documents", json=document).status_code == 201
    crawl = {"url": "https://hooks.sample.example/"}
    assert owner.post("/api/v1/knowledge/crawl", json=crawl).status_code == 201
    asked = owner.post("/api/v1/knowledge/ask", json={"question": "Vendez-vous des tracteurs ?"}).json()
    assert asked["grounded"] is False, asked


def with_assistant(owner: httpx.Client) -> str:
    """An agent that Vapi knows."""
    key = {"api_key": "vapi-sample-0123456789"}
    assert owner.put("/api/v1/integrations/vapi/credentials", json=key).status_code == 200
    agent = owner.get("/api/v1/omnichannel/agents").json()["items"][0]["id"]
    answer = owner.post(f"/api/v1/vapi/assistants/{agent}/push")
    assert answer.status_code == 200, answer.text
    return str(agent)


def operator_of(variables: Mapping[str, str]) -> Mapping[str, str]:
    return {"Authorization": f"Bearer {variables['ADMIN_API_KEY']}"}


def key_of(client: httpx.Client, *scopes: str) -> str:
    answer = client.post("/api/v1/auth/api-keys", json={"name": "Sample", "scopes": list(scopes)})
    return str(answer.json()["key"])


def accepted(world: World, owner: httpx.Client, email: str, role: str) -> Json:
    owner.post("/api/v1/team/invitations", json={"email": email, "role": role})
    token = owner.get("/dev/outbox").json()["items"][0]["text"].partition("token=")[2].split()[0]
    with client_of(world) as client:
        body = {"token": token, "name": "Sample Viewer", "password": "0123456789"}
        joined: Json = client.post("/api/v1/team/invitations/accept", json=body).json()
    return joined


def with_thread(world: World, owner: httpx.Client, token: str) -> dict[str, str]:
    """A text that was answered, and a template for later ones."""
    media = {"NumMedia": "1", "MediaUrl0": "https://api.twilio.com/Media/ME1", "MediaContentType0": "text/plain"}
    assert twilio(owner, SMS, sms("Quels sont vos horaires ?", NUMBER, **media), token).status_code == 200
    run_jobs(world)
    world.blobs.held["kept"] = (b"a sample", "text/plain")
    kept = "UPDATE message_attachments SET status = 'stored', blob_key = 'kept', bytes = 8 RETURNING id"
    attachment = world.db.rows(kept)[0]["id"]
    assert owner.put("/api/v1/messaging/templates/reply/fr", json=TEMPLATE).status_code == 200
    (thread,) = owner.get(CONVERSATIONS, params={"channel": "sms"}).json()["items"]
    spare = owner.post("/api/v1/customers", json={"name": "Sample Spare"}).json()["customer"]["id"]
    assert owner.post("/api/v1/customers", json={"name": "Sample Other"}).status_code == 201
    shelf = f"{CONVERSATIONS}/canned-answers/sample"
    assert owner.put(shelf, json={"body": "Bonjour"}).status_code == 200
    for path, body in (
        ("tickets", {"body": "Rappeler"}),
        ("prospects", PROSPECT),
        ("products", {"name": "Sample", "category": "Sample"}),
        ("listings", LISTING),
    ):
        assert owner.post(f"/api/v1/{path}", json=body).status_code == 201
    return {"<written conversation>": thread["id"], "<attachment>": str(attachment), "<spare customer>": spare}


def with_calendar(world: World, owner: httpx.Client) -> dict[str, str]:
    """One that is connected, and a sign-in that is begun."""
    given = {}
    for name in ("", "<state>"):
        url = owner.get("/api/v1/calendar/google/connect").json()["authorization_url"]
        given = {"<state>": httpx.URL(url).params["state"], "<code>": world.fakes.google.store.consent(url)}
        if not name:
            finished = {"state": given["<state>"], "code": given["<code>"]}
            assert owner.post("/api/v1/calendar/google/callback", json=finished).status_code == 200
    return given


def made(*, is_open: bool, variables: Mapping[str, str] = MappingProxyType({})) -> Scene:
    variables = {**CALENDAR, **variables}
    world = World(**variables)
    secrets = {**VARIABLES, **variables}
    with client_of(world) as owner, client_of(world) as stranger:
        sign_up(stranger, email="stranger@sample.example")
        if is_open:
            own = sign_up(owner, email="owner@sample.example")
            session = start(owner)
            for step in STEPS:
                assert save(owner, session, step).status_code == 200
        else:
            onboard(owner, number=NUMBER)
            own = owner.get("/api/v1/auth/me").json()
            call(owner, secrets["TWILIO_AUTH_TOKEN"])
        tokens = {"owner": owner.headers["Authorization"], "stranger": stranger.headers["Authorization"]}
        spare = owner.post("/api/v1/omnichannel/agents", json=AGENT).json()["agent"]["id"] if not is_open else ""
        assert owner.post("/api/v1/omnichannel/tools", json=TOOL).status_code == 201
        endpoint = owner.post("/api/v1/webhook-endpoints", json=WEBHOOK).json()["endpoint"]
        tested = owner.post(f"/api/v1/webhook-endpoints/{endpoint['id']}/test").json()["delivery"]
        assert tested["status"] == "delivered", tested
        stored = owner.put("/api/v1/integrations/openai/credentials", json=API_KEY)
        assert stored.status_code == 200, stored.text
        give_to_pool = {"phone_number": NUMBER, "tenant_id": own["tenant"]["id"]}
        given = owner.put("/api/v1/admin/numbers", json=give_to_pool, headers=operator_of(secrets))
        assert given.status_code == 200, given.text
        viewer = accepted(world, owner, "viewer@sample.example", "viewer")
        tokens["viewer"] = f"Bearer {viewer['access_token']}"
        tokens["key"] = f"Bearer {key_of(owner, KEY_WITHOUT)}"
        owner.post("/api/v1/team/invitations", json={"email": "open@sample.example", "role": "viewer"})
        stranger.post("/api/v1/team/invitations", json={"email": own["user"]["email"], "role": "viewer"})
        token = owner.get("/dev/outbox").json()["items"][0]["text"].partition("token=")[2].split()[0]
        with_knowledge(owner)
        pushed = with_assistant(owner) if not is_open else ""
        with_account(world)
        assert owner.put("/api/v1/integrations/twilio/credentials", json=OWN).status_code == 200
        brought = {"phone_numbers": ["+33199006001"]}
        assert is_open or owner.post("/api/v1/phone-numbers/import", json=brought).status_code == 202
        proofs = {} if is_open else with_proofs(world, owner)
        world.db.rows("UPDATE carrier_numbers SET state = 'configured', due_at = NULL RETURNING 1")
        diary = {} if is_open else with_diary(world, owner) | with_calendar(world, owner)
        assert owner.post("/api/v1/tenant/export").status_code == 202
        assert owner.request("DELETE", "/api/v1/tenant", json={"confirm": "Garage Exemple"}).status_code == 202
        diary |= {} if is_open else with_thread(world, owner, secrets["TWILIO_AUTH_TOKEN"])
    ids = {
        **diary,
        "tenant": own["tenant"]["id"],
        "<viewer>": viewer["user"]["id"],
        "<invitation for the owner>": token,
    }
    ids |= proofs | {"<spare agent>": spare, "<pushed agent>": pushed}
    ids["<agents>"] = "stf_" + own["tenant"]["id"].partition("_")[2]
    for table in OWN_ROWS:
        rows = world.db.rows(f"SELECT id FROM {table} WHERE tenant_id = ? ORDER BY id DESC", own["tenant"]["id"])
        ids |= {f"<{table}>": str(rows[0]["id"])} if rows else {}
    content = world.db.connection.serialize()
    return Scene(content, tokens, ids, world.ids.count, variables, world.fakes.google.store, world.blobs.held)


OWN_ROWS = (
    *("carrier_numbers", "customers", "data_exports", "forwardings", "tickets", "prospects"),
    *("products", "product_categories", "product_variants", "listings"),
    *("api_keys", "omni_agent_configs", "omni_phone_mappings", "omni_conversations", "calls", "invitations"),
    *("onboarding_sessions", "webhook_endpoints", "webhook_deliveries", "custom_tools"),
    *("services", "availability_slots", "appointments", "waiting_list"),
    *("knowledge_documents", "knowledge_faq", "knowledge_crawl_jobs", "knowledge_questions"),
)


@pytest.fixture(scope="module")
def scenes() -> dict[bool, Scene]:
    return {is_open: made(is_open=is_open) for is_open in (False, True)}


def tampered(authorization: str) -> str:
    head, _, signature = authorization.rpartition(".")
    return f"{head}.{signature[:-4]}{'AAAA' if not signature.endswith('AAAA') else 'BBBB'}"


def unsigned(authorization: str) -> str:
    claims = jwt.decode(authorization.removeprefix("Bearer "), options={"verify_signature": False})
    return f"Bearer {jwt.encode(claims, '', algorithm='none')}"


Attack = Callable[[Scene, World], Mapping[str, str]]


def expired(scene: Scene, world: World) -> Mapping[str, str]:
    world.clock.advance(minutes=16)
    return {"Authorization": scene.tokens["owner"]}


ATTACKS: Mapping[str, Attack] = {
    "no token": lambda scene, world: {},
    "expired": expired,
    "tampered": lambda scene, world: {"Authorization": tampered(scene.tokens["owner"])},
    "alg none": lambda scene, world: {"Authorization": unsigned(scene.tokens["owner"])},
    "another tenant's token": lambda scene, world: {"Authorization": scene.tokens["stranger"]},
    "another tenant's token for this tenant": lambda scene, world: {
        "Authorization": scene.tokens["stranger"],
        "x-tenant-id": scene.ids["tenant"],
    },
    "viewer": lambda scene, world: {"Authorization": scene.tokens["viewer"]},
    "key without the scope": lambda scene, world: {"Authorization": scene.tokens["key"]},
}


def rows_of(world: World, tenant_id: str) -> dict[str, list[tuple[Any, ...]]]:
    """Every row that bears the tenant, or belongs to its own row; when a key was last used is no secret of it."""
    kept = {}
    for table, rows in world.db.dump().items():
        columns = [str(row["name"]) for row in world.db.rows(f"PRAGMA table_info('{table}')")]
        skipped = {columns.index("last_used_at")} if table == "api_keys" else set()
        mine = [row for row in rows if tenant_id in row]
        kept[table] = [tuple(value for at, value in enumerate(row) if at not in skipped) for row in mine]
    return kept


def test_every_guarded_route_has_a_recipe_and_no_other_has() -> None:
    assert {name for name, _ in GUARDED} == set(RECIPES)


@pytest.mark.parametrize(("name", "route"), GUARDED, ids=[name for name, _ in GUARDED])
def test_the_owner_gets_in_and_nobody_else(name: str, route: APIRoute, scenes: dict[bool, Scene]) -> None:
    recipe, need = RECIPES[name], guard_of(route)
    scene = scenes[recipe.is_open]
    owner = scene.request(scene.world(), name, recipe, {"Authorization": scene.tokens["owner"]})
    assert owner.status_code < 300, owner.text
    for attack, headers_of in ATTACKS.items():
        world = scene.world()
        headers, changes = headers_of(scene, world), world.db.connection.total_changes
        answer = scene.request(world, name, recipe, headers)
        may = attack == "viewer" and "viewer" in roles_with_permission(need)
        may = may or (attack == "key without the scope" and need.permission == KEY_WITHOUT)
        # Without an id in it a stranger's request is about the stranger's own business.
        may = may or (attack == "another tenant's token" and not names_a_row(recipe))
        may = may or (attack == "viewer" and recipe.own)
        if not may:
            assert answer.status_code in (401, 403, 404), (attack, answer.status_code, answer.text)
        if attack != "viewer" or not may:
            is_untouched = world.db.connection.total_changes == changes
            assert is_untouched or rows_of(world, scene.ids["tenant"]) == scene.rows, attack


def names_a_row(recipe: Recipe) -> bool:
    named = {
        *(recipe.path or {}).values(),
        *(recipe.query or {}).values(),
        *(value for value in (recipe.json or {}).values() if isinstance(value, str)),
    }
    return any(value.startswith("<") and "invitation for" not in value for value in named)


def roles_with_permission(need: Need) -> tuple[str, ...]:
    from modules.identity.permissions import roles_with

    return roles_with(need.permission)


@pytest.mark.parametrize("name", OPERATED)
def test_only_the_operator_operates(name: str, scenes: dict[bool, Scene]) -> None:
    scene = scenes[False]
    for authorization in (None, "Bearer ", "Bearer wrong", scene.tokens["owner"], scene.tokens["key"]):
        world = scene.world()
        before = world.db.dump()
        recipe = Recipe(json=OPERATED_BODIES.get(name))
        answer = scene.request(world, name, recipe, {"Authorization": authorization} if authorization else {})
        assert answer.status_code == 401
        assert world.db.dump() == before


def test_the_matrix_is_as_large_as_it_says() -> None:
    print(f"\n{len(GUARDED)} routes x {len(ATTACKS)} attacks = {len(GUARDED) * len(ATTACKS)}; {len(OPERATED)} operated")
    assert len(GUARDED) * len(ATTACKS) > 300
