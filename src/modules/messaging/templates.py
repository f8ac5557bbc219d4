"""What our own messages say, in the reader's language. Links carry tokens that are made here and kept nowhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from modules.one_time import derived

Values = Mapping[str, str]

_TOKEN = {"verify_email": "token_id", "reset_password": "token_id", "invitation": "invitation_id"}
_PATHS = {"verify_email": "/verify-email", "reset_password": "/reset-password", "invitation": "/invitation"}

_TEXTS: Mapping[tuple[str, str], tuple[str, str]] = {
    ("verify_email", "fr"): (
        "Confirmez votre adresse e-mail",
        "Bonjour,\n\nconfirmez cette adresse pour votre compte Coccinelle :\n{link}\n\n"
        "Le lien est valable trois jours. Si vous n'avez pas créé de compte, ignorez ce message.\n",
    ),
    ("verify_email", "en"): (
        "Confirm your e-mail address",
        "Hello,\n\nconfirm this address for your Coccinelle account:\n{link}\n\n"
        "The link is good for three days. If you did not make an account, ignore this message.\n",
    ),
    ("reset_password", "fr"): (
        "Choisissez un nouveau mot de passe",
        "Bonjour,\n\nchoisissez un nouveau mot de passe pour votre compte Coccinelle :\n{link}\n\n"
        "Le lien est valable une heure et une seule fois. Si vous n'avez rien demandé, ignorez ce message : "
        "votre mot de passe reste le même.\n",
    ),
    ("reset_password", "en"): (
        "Choose a new password",
        "Hello,\n\nchoose a new password for your Coccinelle account:\n{link}\n\n"
        "The link is good for one hour, and once. If you did not ask for it, ignore this message: "
        "your password stays as it is.\n",
    ),
    ("cost_cap", "fr"): (
        "Plafond de coût atteint : {business}",
        "Bonjour,\n\nle plafond de coût fixé pour les conversations de {business} est atteint. "
        "L'agent répond toujours, mais sans modèle de langage, jusqu'à demain ou jusqu'à ce que le plafond change "
        "(réglages des conversations).\n",
    ),
    ("cost_cap", "en"): (
        "Cost cap reached: {business}",
        "Hello,\n\nthe cost cap set for the conversations of {business} has been reached. "
        "The agent still answers, but without a language model, until tomorrow or until the cap is changed "
        "(conversation settings).\n",
    ),
    ("report", "fr"): (
        "{business} : {who} ({channel}, {when})",
        "Bonjour,\n\n{summary}\n\nÀ faire :\n{steps}\n\nRésultat : {outcome}\n{link}\n",
    ),
    ("report", "en"): (
        "{business}: {who} ({channel}, {when})",
        "Hello,\n\n{summary}\n\nNext steps:\n{steps}\n\nOutcome: {outcome}\n{link}\n",
    ),
    ("human_wanted", "fr"): (
        "Une réponse est attendue : {business}",
        "Bonjour,\n\n{who} attend une réponse de votre équipe ({channel}). L'agent ne répond plus dans cette "
        "conversation tant que vous ne la lui rendez pas : ouvrez vos conversations pour répondre.\n",
    ),
    ("human_wanted", "en"): (
        "Somebody waits for an answer: {business}",
        "Hello,\n\n{who} waits for an answer from your team ({channel}). The agent says nothing more in this "
        "conversation until you hand it back: open your conversations to answer.\n",
    ),
    ("calendar_revoked", "fr"): (
        "Agenda déconnecté : {account}",
        "Bonjour,\n\nl'agenda {account} ne nous donne plus accès. Les rendez-vous n'y sont plus écrits et ses "
        "événements ne sont plus relus : reconnectez-le dans les réglages des rendez-vous.\n",
    ),
    ("calendar_revoked", "en"): (
        "Calendar disconnected: {account}",
        "Hello,\n\nthe calendar {account} does not let us in any more. Appointments are no longer written to it and its "
        "events are no longer read: connect it again in the appointment settings.\n",
    ),
    ("invitation", "fr"): (
        "Invitation : {business}",
        "Bonjour,\n\n{inviter} vous invite à rejoindre {business} sur Coccinelle :\n{link}\n\n"
        "L'invitation est valable sept jours.\n",
    ),
    ("invitation", "en"): (
        "Invitation: {business}",
        "Hello,\n\n{inviter} invites you to join {business} on Coccinelle:\n{link}\n\n"
        "The invitation is good for seven days.\n",
    ),
}


@dataclass(frozen=True, slots=True)
class Rendered:
    subject: str
    text: str


def token_of(template: str, values: Values, key: bytes) -> str | None:
    name = _TOKEN.get(template)
    return derived(key, template, values[name]) if name else None


def appointment_token(key: bytes, appointment_id: str) -> str:
    """What whoever holds it may do: see, move, confirm and cancel this appointment. Short, since it goes into texts."""
    return derived(key, "appointment", appointment_id)[:32]


def code_of(key: bytes, code_id: str) -> str:
    """Six digits that prove who holds a telephone: made again when the text is written, and kept nowhere."""
    return f"{int(derived(key, 'code', code_id), 16) % 1_000_000:06d}"


def render(template: str, values: Values, key: bytes) -> Rendered:
    """Without a link base the token itself is given: a link to nowhere would be worse."""
    if template == "plain":
        return Rendered(values.get("subject", ""), values["text"])
    if template == "code":
        return Rendered("", values["text"].replace("{code}", code_of(key, values["code_id"])))
    if template == "appointment":
        token = appointment_token(key, values["appointment_id"])
        link = f"{values['link_base']}{values['link_path']}?{urlencode({'token': token})}"
        return Rendered(values.get("subject", ""), values["text"].replace("{link}", link))
    subject, text = _TEXTS[template, values["language"]]
    token = token_of(template, values, key) or ""
    base = values["link_base"] if template in _PATHS else ""
    link = f"{base}{_PATHS[template]}?{urlencode({'token': token})}" if base else token
    # A list of steps is ours line by line; nobody's name is in it.
    kept = {"link": values.get("link", link)} | ({"steps": values["steps"]} if "steps" in values else {})
    known = {**_one_line(values), **kept}
    return Rendered(subject.format(**known), text.format(**known))


def _one_line(values: Values) -> dict[str, str]:
    """A name cannot begin a new paragraph, nor a header."""
    return {name: " ".join(value.split()) for name, value in values.items()}
