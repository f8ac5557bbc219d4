"""What somebody has written in a mail, and what no human has written."""

import pytest

from modules.mail.machines import is_automatic, is_forged
from modules.mail.quoting import own_words

WORDS = "Oui pour mardi 10 h, merci.\n\nClaire"
QUOTES = (
    "Le ven. 20 nov. 2026 à 12:00, Garage Exemple <garage@desk.example> a écrit :\n\n> Bonjour,\n>\n> Camille\n",
    "Le ven. 20 nov. 2026 à\u202f12:00, Garage Exemple <garage@desk.example> a\u00a0écrit\u00a0:\n> Bonjour\n",
    "Le vendredi 20 novembre 2026 à 12:00,\nGarage Exemple\n<garage@desk.example> a écrit :\n\nBonjour\n",
    "On Fri, Nov 20, 2026 at 12:00 PM Garage Exemple <garage@desk.example> wrote:\n> Hello\n> > deeper\n",
    "On Nov 20, 2026, at 12:00, Garage Exemple\n<garage@desk.example> wrote:\n\n> Hello\n",
    "-----Message d'origine-----\nDe : Garage Exemple <garage@desk.example>\nObjet : RE: Pneus\n\nBonjour\n",
    "-------- Original Message --------\nSubject: Re: Tyres\n\nHello\n",
    "---------- Forwarded message ---------\nFrom: Garage Exemple\n\nHello\n",
    "________________________________\nDe : Garage Exemple <garage@desk.example>\nEnvoyé : vendredi 20 novembre 2026 12:00\n"
    "À : Claire\nObjet : Re: Pneus\n\nBonjour\n",
    "From: Garage Exemple <garage@desk.example>\nSent: Friday, November 20, 2026 12:00 PM\nTo: Claire\n"
    "Subject: Re: Tyres\n\nHello\n",
    "*De :* Garage Exemple\n*Envoyé :* vendredi 20 novembre 2026 12:00\n*À :* Claire\n\nBonjour\n",
    "Garage Exemple <garage@desk.example> a écrit :\n> Bonjour\n",
    "> Bonjour,\n> Mardi 10 h vous convient ?\n",
    "-- \nClaire Exemple\n06 39 98 00 01\n",
    "Envoyé de mon iPhone\n\nLe 20 nov. 2026 à 12:00, Garage Exemple <g@desk.example> a écrit :\n\nBonjour\n",
    "Sent from my Android phone\n",
    "Obtenez Outlook pour iOS<https://aka.ms/o0ukef>\n________________________________\nDe : Garage Exemple\nEnvoyé : ce jour\n"
    "À : Claire\n\nBonjour\n",
)


@pytest.mark.parametrize("quote", QUOTES)
def test_the_quote_is_cut_off(quote: str) -> None:
    assert own_words(f"{WORDS}\n\n{quote}") == WORDS


@pytest.mark.parametrize(
    "words",
    [
        "Le garage m'a dit que ma voiture est prête.\nC'est vrai ?",
        "De : là à ici, combien de kilomètres ?",
        "Le devis que vous m'avez écrit : je l'accepte.",
        "From Monday on I am away.\nTo be honest, Tuesday is fine.",
        "Mon numéro : 06 39 98 00 01\nMon adresse : 1 rue de l'Exemple",
        "On my way, she wrote a long letter\nbut I will come.",
    ],
)
def test_words_that_look_like_a_quote_stay(words: str) -> None:
    assert own_words(words) == words


def test_answers_between_the_lines_are_kept_and_the_lines_are_not() -> None:
    assert own_words("> Mardi 10 h ?\nOui\n> À quel nom ?\nExemple") == "Oui\nExemple"


def test_a_mail_of_nothing_but_a_quote_is_kept_whole() -> None:
    assert own_words("> Bonjour") == "> Bonjour"
    assert own_words("  \n\n") == ""


@pytest.mark.parametrize(
    ("sender", "headers"),
    [
        ("claire@sample.example", {"auto-submitted": "auto-replied"}),
        ("claire@sample.example", {"auto-submitted": "auto-generated; owner"}),
        ("claire@sample.example", {"precedence": "Bulk"}),
        ("claire@sample.example", {"list-id": "<news.sample.example>"}),
        ("claire@sample.example", {"list-unsubscribe": "<mailto:x>"}),
        ("claire@sample.example", {"x-auto-response-suppress": "All"}),
        ("claire@sample.example", {"return-path": "<>"}),
        ("claire@sample.example", {"content-type": "multipart/report; report-type=delivery-status"}),
        ("MAILER-DAEMON@sample.example", {}),
        ("no-reply@sample.example", {}),
        ("bounces+123@sample.example", {}),
        ("", {}),
    ],
)
def test_machines_are_known(sender: str, headers: dict[str, str]) -> None:
    assert is_automatic(sender, headers)


@pytest.mark.parametrize(
    "headers", [{}, {"auto-submitted": "no"}, {"precedence": "first-class"}, {"return-path": "<a@b.c>"}]
)
def test_humans_are_not_taken_for_machines(headers: dict[str, str]) -> None:
    assert not is_automatic("claire@sample.example", headers)


def test_a_sender_that_the_server_has_disproven_is_forged() -> None:
    assert is_forged({"authentication-results": "mx.example; spf=pass; dmarc=fail (p=reject)"})
    assert not is_forged({"authentication-results": "mx.example; dmarc=pass"})
    assert not is_forged({})
