"""Patterns over plain words (lower case, no accents, no punctuation) that intents.py applies, per language."""

import re

from ports.dialogue import Language

_FR_ROLES = (
    "responsable|patron|patronne|gerant|gerante|directeur|directrice|secretaire|conseill(?:er|ere)|operat(?:eur|rice)|"
    "standardiste|standard|humain|vraie personne|employee?"
)
_EN_ROLES = (
    "manager|owner|boss|receptionist|operator|agent|representative|human|human being|real person|assistant|advisor"
)


def _any(*alternatives: str) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(alternatives) + r")\b")


# Looked at in this order: "non merci au revoir" is a goodbye, "merci c'est tout" an end.
CONTROLS: dict[Language, dict[str, re.Pattern[str]]] = {
    "fr": {
        "wrong_number": _any(
            r"(?:me suis |suis )?tromp\w* (?:de )?numero", "faux numero", "mauvais numero", "erreur de numero",
        ),
        "goodbye": _any(
            "au revoir", "aurevoir",
            "(?:bonne|belle|excellente) (?:journee|soiree|fin de journee|fin|nuit|apres midi|continuation)",
            "a (?:bientot|plus tard|plus|la prochaine)", "ciao", "bye(?: bye)?", "adieu", "je raccroche",
        ),
        "cancelled": _any(
            r"laiss\w* (?:ca )?tomber", "laissez", "oubli(?:ez|e|ons)(?: ca)?",
            "annul(?:ez|er|e|ons)(?: (?:ca|le message|tout))?", "tant pis", "non rien", "arretez", "stop",
            "plus la peine", "plus besoin",
        ),
        "done": _any(
            "c est (?:bon|tout|parfait)", "(?:ce|ca) sera (?:tout|bon)", "rien d autre", "non merci", "ca ira",
            "ca va aller", "j ai tout", "rien de plus", "tout est clair",
        ),
        "repeat": _any(
            r"(?:(?:vous )?(?:pouvez|pourriez|peux) (?:vous )?(?:me |le |"
            r"la )?)?(?:repet\w+|redire|redites)(?: moi)?(?: ca)?",
            "(?:j ai |je n ai )?pas (?:bien |tout )?(?:compris|entendu|saisi)(?: ce que vous (?:dites|avez dit))?",
            "^pardon$", "^comment$", "^quoi$", "^hein$", "encore une fois", r"rejou\w+", "reecouter",
        ),
        "identity": _any(
            "(?:vous etes |etes vous |est ce que vous etes |parle a |c est )?(?:un robot|"
            "une machine|un repondeur|un ordinateur|une ia)", "(?:vous etes|etes vous) (?:humain|une vraie personne)",
            "qui (?:etes vous|est a l appareil|parle)", "vous etes qui", "je parle a qui",
            "a qui (?:je parle|ai je)", "c est qui", "une intelligence artificielle",
        ),
        "thanks": _any(
            "merci(?: (?:beaucoup|bien|infiniment|a vous))?", "je vous remercie", "(?:c est )?(?:tres )?gentil",
        ),
        "greeting": _any(
            "bonjour", "bonsoir", "allo", "salut", "coucou", "rebonjour",
        ),
    },
    "en": {
        "wrong_number": _any(
            "wrong number", "misdialled", "misdialed",
        ),
        "goodbye": _any(
            "good ?bye", "bye(?: bye)?", "see you(?: later| soon)?",
            "(?:have a )?(?:good|nice|great|lovely) (?:day|evening|night|one|weekend)", "take care",
            "talk to you later", "cheerio",
        ),
        "cancelled": _any(
            "never ?mind", "forget (?:it|about it|that)", "cancel(?: (?:it|that|the message|everything))?",
            "stop(?: it)?", "scrap that", "leave it", "no need", "don t bother",
        ),
        "done": _any(
            "that s (?:all|it|everything|fine)", "that is (?:all|it|everything)", "that ll be all",
            "that will be all", "no thanks?", "no thank you", "nothing else", "i m (?:good|fine|all set)",
            "all set", "i m done",
        ),
        "repeat": _any(
            "(?:(?:can|could|would) you )?(?:please )?(?:repeat|rewind)(?: (?:that|it))?",
            "say (?:that|it) again", "once more", "one more time",
            "(?:i )?(?:didn t|did not|couldn t) (?:quite )?(?:hear|catch|get|understand)(?: (?:that|you|it))?",
            "^pardon(?: me)?$", "^sorry$", "^what$", "^come again$", "again please", "what did you say",
            "hear that again",
        ),
        "identity": _any(
            "(?:are you |is this |am i (?:talking|speaking) to )?(?:a robot|a machine|"
            "an ai|a bot|a computer|an answering machine)",
            "(?:are you|is this|am i (?:talking|speaking) to)(?: a)? (?:human|real person|real)",
            "who (?:are you|is this|am i (?:talking|speaking) (?:to|with))", "artificial intelligence",
        ),
        "thanks": _any(
            "thanks?(?: you)?(?: (?:so|very) much| a lot)?", "cheers", "much appreciated", "appreciate it",
        ),
        "greeting": _any(
            "hello", "hi", "hey", "good (?:morning|afternoon|evening)", "hiya",
        ),
    },
}  # fmt: skip

REQUESTS: dict[Language, dict[str, re.Pattern[str]]] = {
    "fr": {
        "message": _any(
            "message", r"me rappel\w+", r"rappel\w+ moi", r"etre (?:rappele\w*|recontacte\w*)",
            "qu on me rappelle", "demande de rappel", r"me recontacte\w*", "recontactez moi",
        ),
        "human": _any(
            "(?:parler|discuter|echanger|voir) (?:directement )?(?:a|au|aux|avec)", r"transfer\w+", "passez moi",
            "(?:me|nous) passer (?:quelqu un|le|la|un|une|l|monsieur|madame|votre)",
            "mettre en (?:relation|ligne|contact)", "mettez moi en", "joindre (?:quelqu un|monsieur|madame)",
            "quelqu un (?:en ligne|de reel|au telephone)", "(?:avoir|veux|voudrais|prefere|cherche) quelqu un",
            "^quelqu un$", rf"(?:avoir|joindre|veux|voudrais|prefere|aimerais|souhaite)(?: \w+){{0,4}} (?:{_FR_ROLES})",
            rf"^(?:\w+ ){{0,3}}(?:{_FR_ROLES})(?: s il vous plait)?$",
            rf"(?:{_FR_ROLES}) (?:est(?: \w+)?|sera) (?:la|disponible|joignable|present|presente)",
        ),
        "booking": _any(
            "rendezvous", "rdv", "reserv(?:er|ation|ations|e|ez)", "un creneau", "des creneaux",
            "une (?:table|place) pour", "prendre date",
            r"(?:voudrais|veux|dois|aimerais|souhaite\w*) annuler", r"de la place (?:pour|ce|demain|\w+di)",
        ),
    },
    "en": {
        "message": _any(
            "message", "call(?:ed)? me back", "call ?backs?", "ring me back", "phone me back", "get back to me",
            "return my call",
        ),
        "human": _any(
            "(?:speak|talk|chat) (?:directly )?(?:to|with)", "transfer me", "put me through", "connect me",
            "(?:someone|somebody) real", "get me (?:someone|somebody|an? person)", "^(?:someone|somebody|an? person)$",
            "be transferred", "customer service", rf"(?:want|need|like|get|prefer|give)(?: \w+){{0,4}} (?:{_EN_ROLES})",
            rf"^(?:\w+ ){{0,3}}(?:{_EN_ROLES})(?: please)?$",
            rf"(?:is|are) (?:the|your|a) (?:{_EN_ROLES}) (?:there|in|available)",
        ),
        "booking": _any(
            "appointments?", "book", "booking", "reserv(?:e|ation|ations)", "a table for", "reschedule",
            "(?:need|want|like|have) to cancel", "schedule (?:a|an|me)", "a slot", "any (?:slots|openings|availability)",
        ),
    },
}  # fmt: skip
# A wish to book, as against a question about how booking works.
SURE_REQUEST: dict[Language, re.Pattern[str]] = {
    "fr": _any(
        r"je (?:voudrais|veux|souhaite\w*|voulais|viens|dois|peux|cherche)", "j aimerais", "j ai(?:e|merai)?",
        "(?:est ce que )?(?:je )?(?:puis|peux) je", "on (?:voudrait|aimerait|peut)",
        "(?:prendre|fixer|caler|decaler|deplacer|confirmer|avancer|reporter|changer) (?:un|mon|le|de)",
        "^(?:un )?rendezvous", "c est pour", "il me faudrait", "auriez vous", "avez vous",
    ),
    "en": _any(
        "i (?:would|d|want|need|wanted|have)", "i m (?:calling|looking)", "(?:can|could|may) (?:i|you|we)",
        "we (?:would|d|want)", "(?:make|move|change|schedule|reschedule|cancel|confirm|get) (?:an|my|a|the)",
        "do you have", "^book", "is it possible",
    ),
}  # fmt: skip
# Whether one has to book, which is no wish to.
WHETHER: dict[Language, re.Pattern[str]] = {
    "fr": _any(
        r"(?:faut|besoin|obligatoire|obligatoirement|necessaire|sans|uniquement|seulement)(?: \w+){0,3} "
        "(?:rendezvous|rdv|reserver|reservation)",
        r"(?:rendezvous|rdv|reserver|reservation)(?: \w+){0,2} (?:obligatoires?|necessaires?|indispensables?)",
    ),
    "en": _any(
        "(?:(?:do|would) (?:i|we|you) (?:need|have to)|must (?:i|we)|necessary|required|without|only)(?: to)?"
        "(?: make| book| have)?(?: an?)? (?:appointment|reservation|book|booking)",
        r"(?:appointments?|reservations?|booking)(?: \w+){0,2} (?:required|necessary|needed|mandatory)",
    ),
}
# How one books or cancels: the owner's own answer first, a message otherwise.
HOW: dict[Language, re.Pattern[str]] = {
    "fr": _any("comment", "procedure", "conditions?", "politique", "regles?", "delais?", "frais"),
    "en": _any("how (?:do|can|does|would|should|far|long)", "policy", "procedure", "rules?", "notice", "fees?"),
}

YES: dict[Language, re.Pattern[str]] = {
    "fr": _any(
        "oui(?: oui)*", "ouais", "ok", "okay", "d accord", "exact", "exactement",
        "c est (?:bien )?(?:ca|cela|correct|juste|exact|le bon|bon|celui la)", "tout a fait", "voila",
        "bien sur", "parfait", "absolument", "volontiers", "avec plaisir", "je veux bien", "affirmatif",
        "effectivement", "correct", "pourquoi pas", "s il vous plait", "tres bien", "ca marche", "entendu",
        "mouais", "yes", "evidemment", "le bon numero",
    ),
    "en": _any(
        "yes(?: please| yes)*", "yeah", "yep", "yup", "correct",
        "(?:that s|it is|it s|that is) (?:right|correct|it|the one|fine|good)", "right", "sure(?: thing)?",
        "ok", "okay", "please(?: do)?", "go ahead", "of course", "exactly", "absolutely", "definitely",
        "indeed", "perfect", "fine", "why not", "sounds good", "certainly", "all ?right", "i would",
        "i d like (?:that|to)",
    ),
}  # fmt: skip
NO: dict[Language, re.Pattern[str]] = {
    "fr": re.compile(
        r"^(?:\w+ )?(?:non|nan|no|nope)\b|\b(?:pas (?:du tout|ca|cela|correct|juste|exact|le bon|bon|celui la)|faux|"
        r"incorrect|negatif|surtout pas|pas la peine|pas besoin|pas maintenant|je ne prefere pas)\b"
    ),
    "en": re.compile(
        r"^(?:\w+ )?(?:no|nope|nah)\b(?! (?:problem|worries))|\b(?:not (?:right|correct|it|that|the right|really|now|quite)|"
        r"wrong|incorrect|isn t|don t|never|rather not)\b"
    ),
}  # fmt: skip
QUESTION: dict[Language, re.Pattern[str]] = {
    "fr": _any(
        "quel(?:le)?s?", "combien", "comment", "quand", "ou (?:est|etes|se|vous|puis|peut|sont)",
        "(?:qu )?est ce que?", "pourquoi", "y a t il", "c est (?:ou|combien|quand|a quelle)",
        "(?:avez|etes|faites|acceptez|prenez|proposez|ouvrez|fermez|pouvez|peut|puis|livrez) (?:vous|on|je)",
        "a quelle heure", "jusqu a quelle",
        "vous (?:avez|etes|faites|acceptez|prenez|proposez|ouvrez|fermez|livrez)", "il y a",
    ),
    "en": _any(
        "what", "which", "when", "where", "how (?:much|many|long|do|can|late|far|about)", "why", "who",
        "(?:do|does|are|is|can|could|will|would|may|did|have) (?:you|i|we|it|there|the|your|they|this)",
    ),
}  # fmt: skip
