"""What is said on the phone, as it is written: no keys, no ears, no call; numbers and addresses as they are typed."""

import re
from collections.abc import Mapping

from modules.aloud.writing import spelled, website
from modules.receptionist.speech import phone
from modules.words.text import cleaned
from ports.dialogue import Language, TurnRequest

# Whole sentences, or parts that stand in one. The tests hold that each is said somewhere, and that nothing of a call is
# left in what the receptionist may write.
SPOKEN: Mapping[Language, Mapping[str, str]] = {
    "fr": {
        "l'assistant vocal de": "l'assistant virtuel de",
        "Merci de votre appel et au revoir.": "Merci et à bientôt.",
        "Je ne vous ai pas entendu. ": "",
        "Je ne vous entends toujours pas. ": "",
        "Je ne vous entends pas, je vais donc raccrocher. Au revoir.": "À bientôt.",
        "Nous arrivons au bout du temps prévu pour cet appel. Rappelez-nous quand vous voulez. Au revoir.": (
            "Écrivez-nous de nouveau quand vous voulez."
        ),
        "Je n'arrive pas à vous aider, excusez-moi. Je vais raccrocher. Au revoir.": (
            "Je n'arrive pas à vous aider, excusez-moi. Je préviens un collègue."
        ),
        "Excusez-moi, je vous entends mal. Pouvez-vous répéter, s'il vous plaît ?": (
            "Excusez-moi, je n'ai pas compris. Pouvez-vous l'écrire autrement ?"
        ),
        "Dites oui ou appuyez sur 1.": "Répondez oui ou non.",
        "Pour laisser un message, appuyez sur 1, ou pour parler à quelqu'un, appuyez sur 2 : que préférez-vous ?": (
            "Souhaitez-vous laisser un message, ou parler à quelqu'un ?"
        ),
        "Appuyez sur 1 pour laisser un message ou sur 9 pour réécouter. Ou dites-moi : que souhaitez-vous ?": (
            "Que souhaitez-vous ?"
        ),
        (
            "Appuyez sur 1 pour laisser un message, sur 2 pour parler à quelqu'un ou sur 9 pour réécouter. "
            "Ou dites-moi : que souhaitez-vous ?"
        ): "Que souhaitez-vous ?",
        "Je vous mets en relation.": "Je préviens un collègue, qui vous répondra ici.",
        "Il n'est pas possible de transférer votre appel pour le moment.": "Personne ne peut vous répondre pour le moment.",
        "Je n'ai pas saisi": "Je n'ai pas compris",
        "Pouvez-vous le redire chiffre par chiffre, ou le taper ?": "Pouvez-vous l'écrire à nouveau ?",
        "Le numéro qui s'affiche est le": "Votre numéro est le",
        "Je garde le numéro tel que je l'ai entendu.": "Je garde le numéro tel que vous l'avez écrit.",
        "Il me faut une adresse e-mail. Pouvez-vous l'épeler ?": "Il me faut une adresse e-mail. Laquelle ?",
        "Il est trop tard pour le faire par téléphone.": "Il est trop tard pour le faire ici.",
        "Je vous écoute.": "Que puis-je faire pour vous ?",
    },
    "en": {
        "the voice assistant of": "the virtual assistant of",
        "Thank you for calling, goodbye.": "Thank you, and see you soon.",
        "I didn't hear you. ": "",
        "I still can't hear you. ": "",
        "I can't hear you, so I will hang up now. Goodbye.": "See you soon.",
        "We have come to the end of the time for this call. Do call again whenever you like. Goodbye.": (
            "Do write again whenever you like."
        ),
        "I'm sorry, I am not able to help you. I will hang up now. Goodbye.": (
            "I'm sorry, I am not able to help you. I am telling a colleague."
        ),
        "Sorry, I can't hear you very well. Could you say that again, please?": (
            "Sorry, I did not understand. Could you put it another way?"
        ),
        "Say yes or press 1.": "Please answer yes or no.",
        "To leave a message, press 1, or to speak to someone, press 2. Which would you prefer?": (
            "Would you like to leave a message, or to speak to someone?"
        ),
        "Press 1 to leave a message or 9 to hear that again. Or tell me, what would you like?": "What would you like?",
        "Press 1 to leave a message, 2 to speak to someone or 9 to hear that again. Or tell me, what would you like?": (
            "What would you like?"
        ),
        "I'm putting you through.": "I am telling a colleague, who will answer you here.",
        "I am putting you through.": "I am telling a colleague, who will answer you here.",
        "It isn't possible to transfer your call right now.": "Nobody can answer you right now.",
        "I didn't catch": "I didn't understand",
        "Could you say it digit by digit, or key it in?": "Could you write it again?",
        "I see the number": "Your number is",
        "I'll keep the number as I heard it.": "I'll keep the number as you wrote it.",
        "I need an email address. Could you spell it?": "I need an email address. Which one?",
        "It is too late to do that by phone.": "It is too late to do that here.",
    },
}
# A number read digit by digit.
_DIGITS = re.compile(r"(?:plus, )?\d(?:, \d){5,}")


def as_written(words: str, turn: TurnRequest) -> str:
    facts, language = turn.facts, turn.language
    for address, said in (
        (facts.email, spelled(cleaned(facts.email or ""), language)),
        (facts.website, website(facts.website or "", language)),
        (facts.phone, phone(facts.phone or "", language)),
    ):
        if address and said:
            words = words.replace(said, _typed_number(said) if address == facts.phone else address)
    for said, typed in SPOKEN[language].items():
        words = words.replace(said, typed)
    return _DIGITS.sub(lambda found: _typed_number(found[0]), words).strip()


def _typed_number(said: str) -> str:
    """In pairs, as numbers are written in France; others follow suit well enough to be dialled."""
    digits = said.replace("plus, ", "+").replace(", ", "")
    if digits.startswith("+") or len(digits) % 2:
        return digits
    return " ".join(digits[index : index + 2] for index in range(0, len(digits), 2))
