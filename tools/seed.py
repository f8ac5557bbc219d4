"""Puts a sample business into a running Worker, over the API like anybody: python -m tools.seed --url http://..."""

import argparse
import secrets
import sys

import httpx

NUMBER = "+33199001234"  # of the range that France keeps for fiction
TRANSFER_NUMBER = "+33199004321"
EMAIL = "owner@garage-exemple.example"

WEEKDAY = [["08:30", "12:00"], ["14:00", "18:30"]]
BUSINESS = {
    "company_name": "Garage Exemple",
    "sector": "Garage automobile",
    "email": "contact@garage-exemple.example",
    "phone": "01 99 00 12 34",
    "timezone": "Europe/Paris",
    "country": "FR",
    "address": "12 rue de l'Exemple, 75000 Paris",
    "website": "https://garage-exemple.example",
    "opening_hours": dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), WEEKDAY) | {"sat": [["09:00", "12:30"]]},
}
KNOWLEDGE = {
    "faqs": [
        {
            "question": "Prêtez-vous une voiture pendant les réparations ?",
            "answer": "Oui, nous prêtons une voiture de courtoisie sur réservation, selon disponibilité.",
        },
        {
            "question": "Quels moyens de paiement acceptez-vous ?",
            "answer": "Vous pouvez payer par carte bancaire, en espèces ou par virement.",
        },
        {
            "question": "Réparez-vous les voitures électriques ?",
            "answer": "Oui, un mécanicien habilité s'occupe des véhicules électriques et hybrides.",
        },
        {
            "question": "Combien de temps dure une vidange ?",
            "answer": "Une vidange prend environ quarante-cinq minutes, sans attente si vous avez rendez-vous.",
        },
    ],
    "texts": [],
    "urls": [],
}
SERVICES = {
    "services": [
        {"name": "Vidange", "duration_min": 45, "price_minor": 8900, "currency": "EUR"},
        {"name": "Révision complète", "duration_min": 120, "price_minor": 24900, "currency": "EUR"},
        {"name": "Montage de pneus", "duration_min": 60, "price_minor": 6000, "currency": "EUR"},
        {"name": "Diagnostic", "duration_min": 30},
    ],
    "transfer_number": TRANSFER_NUMBER,
}
ASSISTANT = {
    "agent_type": "receptionist",
    "agent_name": "Camille",
    "voice_provider": "twilio",
    "voice_id": "Polly.Lea-Neural",
    "voice_language": "fr-FR",
    "phone_number": NUMBER,
}


def seed(url: str, voice_mode: str = "gather") -> str | None:
    """The new owner's password; None when the sample business is there already."""
    password = secrets.token_urlsafe(12)
    with httpx.Client(base_url=url, timeout=60) as client:
        owner = {"email": EMAIL, "password": password, "name": "Sample Owner", "company_name": "Garage Exemple"}
        answer = client.post("/api/v1/auth/signup", json=owner)
        if answer.status_code == 409:
            return None
        token = answer.raise_for_status().json()["access_token"]
        client.cookies.clear()
        client.headers["Authorization"] = f"Bearer {token}"
        session = client.post("/api/v1/onboarding/start").raise_for_status().json()["session"]["id"]
        assistant = {**ASSISTANT, "enable_appointments": True}
        steps = {"business": BUSINESS, "knowledge": KNOWLEDGE, "services": SERVICES, "assistant": assistant}
        for step, body in steps.items():
            client.post(f"/api/v1/onboarding/session/{session}/{step}", json=body).raise_for_status()
        client.post(f"/api/v1/onboarding/session/{session}/complete").raise_for_status()
        (agent,) = client.get("/api/v1/omnichannel/agents").raise_for_status().json()["items"]
        if voice_mode != agent["voice_mode"]:
            change = {"voice_mode": voice_mode}
            client.patch(f"/api/v1/omnichannel/agents/{agent['id']}", json=change).raise_for_status()
    return password


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.seed")
    parser.add_argument("--url", default="http://127.0.0.1:8787")
    parser.add_argument("--voice-mode", choices=("gather", "relay"), default="gather", help="of a business made now")
    arguments = parser.parse_args()
    try:
        password = seed(arguments.url, arguments.voice_mode)
    except httpx.HTTPError as error:
        print(f"The sample business could not be made: {error}", file=sys.stderr)
        return 1
    if password is None:
        print(f"Garage Exemple, a sample business, answers {NUMBER} already, and stays as it is.")
    else:
        print(f"Garage Exemple, a sample business, answers {NUMBER}; log in as {EMAIL} with {password}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
