"""Patterns of questions about the business, per language: a sentence that is sure, and the words a topic explains."""

import re

from ports.dialogue import Language

_FR_DAYS = "lundis?|mardis?|mercredis?|jeudis?|vendredis?|samedis?|dimanches?|weekends?|aujourdhui|demain|apresdemain"
_EN_DAYS = (
    "mondays?|tuesdays?|wednesdays?|thursdays?|fridays?|saturdays?|sundays?|weekends?|weekdays?|today|tomorrow|tonight"
)
_FR_PLACES = (
    "magasin|boutique|salon|restaurant|cabinet|etablissement|agence|bureaux?|atelier|studio|local|garage|clinique"
)
_EN_PLACES = "shop|store|office|salon|place|restaurant|clinic|studio|practice|business|premises|garage"


class Topic:
    """A topic needs a sure sentence or one of its own words; a hint will do when the whole sentence is explained."""

    __slots__ = ("companions", "hints", "own", "sentence")

    def __init__(self, *sentences: str, own: str, companions: str = "(?!)", hints: str = "(?!)") -> None:
        self.sentence = re.compile(rf"\b(?:{'|'.join(sentences)})\b")
        self.own = re.compile(own)
        self.companions = re.compile(companions)
        self.hints = re.compile(hints)

    def explains(self, word: str) -> bool:
        return any(known.fullmatch(word) for known in (self.own, self.hints, self.companions))


_FR = {
    "opening_hours": Topic(
        r"horaires?",
        r"quelles? heures?(?: \w+){0,5} (?:ouvr\w+|ferm\w+|ouvert\w*)",
        r"(?:ouvr\w+|ferm\w+|ouverte?s?)(?: \w+){0,5} quelles? heures?",
        r"(?:ouverte?s?|ouvrez|fermee?s?|fermez)"
        r"(?: (?:le|les|ce|cette|encore|aussi|tous|du|pour|bien|jusqu|au))*"
        rf" (?:{_FR_DAYS}|soir|midi|matin|maintenant|actuellement|moment)",
        r"heures? (?:d ouverture|de fermeture)",
        r"jours? (?:d ouverture|de fermeture)",
        r"quels? jours?(?: \w+){0,3} (?:ouvr\w+|ouvert\w*|ferm\w+)",
        r"(?:etes|est|sera|serez) (?:vous |ce |que |deja |encore |toujours |bien )*(?:ouverte?s?|fermee?s?)$",
        own=r"horaires?|ouv(?:er|r)\w*|ferm(?:e|er|ez|ee|es|ees|ent|eture|etures)",
        hints=_FR_DAYS,
        companions=r"heures?|matin|matinee|midi|soir|soiree|apres|journee|semaine|actuellement|moment|jours?|nuit|"
        r"tard|tot|\d{1,2}h?\d{0,2}|jusqu|quinze|habituels?|" + _FR_PLACES,
    ),
    "email": Topic(
        r"(?:adresse )?(?:e?mails?|courriel|electronique)",
        own=r"e?mails?|courriel|electronique",
        companions=r"adresse|ecrire|envoyer|contacter|joindre",
    ),
    "website": Topic(
        r"(?:site|page) (?:internet|web)",
        r"(?:votre|un) site",
        own=r"site|internet|web",
        companions=r"page|adresse|ligne|consulter",
    ),
    "address": Topic(
        r"adresse(?! (?:e?mail|electronique|du site|de votre site|internet|web))",
        r"ou (?:est ce que )?(?:vous )?(?:etes|vous trouvez|vous situez|vous etes)",
        r"vous etes (?:situee?s?|ou|bases?|installes?)",
        r"ou (?:se trouve|se situe|est|est situee?|est ce que se trouve) (?:votre|le|la|l) "
        rf"(?:{_FR_PLACES})",
        r"comment (?:on |je )?(?:fai[st] (?:on )?pour |faire pour |peut on |puis je )?"
        r"(?:venir|vous trouver|viens|vient|me rendre|se rendre|aller|vous rejoindre)",
        r"c est ou",
        r"(?:dans )?quelle (?:rue|ville)",
        r"(?:situez|trouvez) vous",
        r"vous trouv(?:er|ez) ou",
        r"vous (?:situer|localiser)",
        own=r"adresse|situee?s?|situez|localis\w+",
        companions=r"postale|rue|ville|quartier|trouver?|trouvez|exactement|exacte|venir|plan|" + _FR_PLACES,
    ),
    "phone": Topic(
        r"(?:votre|le|quel est le) (?:numero|telephone|tel)(?! (?:de )?(?:commande|dossier|facture|suivi|siret))",
        r"numero de telephone",
        r"quel numero",
        own=r"numero|telephone|tel|portable",
        companions=r"fixe|joindre|appeler|rappeler|contacter|ligne",
    ),
    "duration": Topic(
        r"combien de temps",
        r"(?:quelle (?:est la )?)?duree",
        r"(?:ca|cela|elle|il|seance|\w+) (?:dure|durent)(?: longtemps| combien)?",
        own=r"duree?s?|durent|durer|longtemps",
        companions=r"combien|temps|long|longue|minutes?|heures?|prend\w*|seance|prestation|met|mettez",
    ),
    "price": Topic(
        r"prix(?! \w+ (?:fixe|lancement))",
        r"tarifs?",
        r"(?:combien|quel)(?: \w+){0,3} (?:coute\w*|cout|vaut|valent|paye|facturez)",
        r"coute\w*",
        r"combien (?:c est|est ce|est|pour|ca fait|ca|faut|prenez|vous prenez|je dois)",
        r"c est combien",
        r"combien$",
        own=r"prix|tarifs?|combien|cout\w*|chers?|vaut|facturez",
        companions=r"prenez|tarification|grille|prestations?|services?|euros?|payer|paye|paie|fait|liste|differents?",
    ),
    "services": Topic(
        r"(?:vos|quels|quelles|les|liste des|quels sont les) (?:sont (?:vos|les) )?(?:services|prestations|soins)",
        r"(?:que|quoi) (?:faites|proposez) vous",
        r"(?:faites|proposez) vous quoi",
        r"vous (?:faites|proposez) quoi",
        r"qu est ce que vous (?:faites|proposez|vendez|offrez)(?: comme (?:services?|prestations?|soins))?",
        r"quel genre de (?:services|prestations)",
        own=r"services?|prestations?|catalogue",
        companions=r"propose[zr]?|soins?|liste|carte|activites?|offre[zs]?|genre|differente?s?",
    ),
}
_EN = {
    "opening_hours": Topic(
        r"(?:opening|business|closing|your|the) (?:hours|times?)",
        r"hours of (?:operation|business)",
        r"(?:what|which|when|until|till|how (?:late|early))(?: \w+){0,4} (?:open|opens|close|closes|closed|closing|shut)",
        r"(?:open|opened|closed|close|shut)"
        r"(?: (?:on|at|for|the|this|in|every|until|till|right|also|still|next))*"
        rf" (?:{_EN_DAYS}|now|noon|morning|evening|late|currently|lunch)",
        r"(?:are|is)(?: \w+){0,2} (?:still |already |currently )?(?:open|closed)$",
        own=r"hours?|open(?:s|ed|ing|ings)?|clos(?:e|es|ed|ing)",
        hints=_EN_DAYS,
        companions=r"morning|noon|midday|evening|afternoon|week|currently|late|early|until|till|days?|night|pm|am|"
        r"\d{1,2}|schedule|times?|o|clock|usual|" + _EN_PLACES,
    ),
    "email": Topic(
        r"e?mail(?: address)?",
        own=r"e?mails?",
        companions=r"address|write|send|contact|electronic",
    ),
    "website": Topic(
        r"web ?site",
        r"web ?page",
        r"web address",
        own=r"web|website|webpage|site|url",
        companions=r"online|page|address",
    ),
    "address": Topic(
        r"(?<!email )(?<!mail )(?<!web )address",
        rf"where (?:exactly )?(?:are|is) (?:you|your|the)(?: guys)?(?: (?:{_EN_PLACES}))?(?: (?:located|based|situated))?$",
        r"where are you (?:located|based|situated)",
        r"where (?:can|do|would) i find you",
        r"your location",
        r"how (?:do|can|would) (?:i|we) (?:get|come) (?:there|to you|to your \w+)",
        r"(?:which|what) (?:street|city|town)",
        r"directions",
        own=r"address|location|located|situated|directions?|postcode",
        companions=r"based|street|city|town|exactly|postal|full|" + _EN_PLACES,
    ),
    "phone": Topic(
        r"(?:your|the|what) (?:phone |telephone |contact |direct |mobile )?number(?! of)",
        r"(?:phone|telephone|contact) number",
        r"number (?:can|do|should) i call",
        own=r"phone|telephone|number",
        companions=r"contact|direct|mobile|reach|line",
    ),
    "duration": Topic(
        r"how long",
        r"how much time",
        r"duration",
        r"how many minutes",
        r"(?:take|last) long",
        own=r"long|duration|lasts?",
        companions=r"takes?|minutes?|time|session|hours?|much|many|appointments?",
    ),
    "price": Topic(
        r"how much(?! (?:time|notice))",
        r"prices?",
        r"pricing",
        r"costs?",
        r"(?:your|the|what) (?:rates?|fees?)",
        r"you charge",
        own=r"much|prices?|pricing|costs?|costing|charg\w*|rates?|fees?|expensive",
        companions=r"services?|euros?|pounds?|dollars?|pay|list|total",
    ),
    "services": Topic(
        r"(?:your|what|which|the|list of|any other|kind of|sort of|type of) (?:services|treatments)",
        r"what (?:do|can|does)(?: \w+){1,2} (?:offer|provide|do|sell)$",
        own=r"services?",
        companions=r"offer\w*|provide|treatments?|list|menu|kinds?|types?|sort|different|available|sell",
    ),
}
TOPICS: dict[Language, dict[str, Topic]] = {"fr": _FR, "en": _EN}
