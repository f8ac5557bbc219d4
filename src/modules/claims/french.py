"""What French sentences claim."""

import re
from collections.abc import Mapping, Sequence

from modules.claims.detect import Grammar, Kind, compiled

_VISIT = r"(?:rendez vous|rdv|reservation|creneau|visite|consultation|table|place|seance|intervention|essai|location)"
_DONE = r"(?:est|sont|a (?:bien |deja )?ete|ont (?:bien |deja )?ete|vient d etre|est maintenant)(?: bien| deja| desormais| donc)*"
_DID = (
    r"(?:j ai|je viens de?|nous avons|on a|je (?:vous|l|les|lui|leur|le|la) ai|je (?:vous )?(?:l|les) ai|il a|elle a)"
    r"(?: bien| deja| aussi| tout)*"
)
_GOES = r"(?:rappell?|recontact|contact|joindr|telephon|appell)"

_CLAIMS: Mapping[Kind, Sequence[str]] = {
    "booked": (
        r"\bc est (?:bien |donc )?(?:reserve|confirme|cale|booke)\b",
        rf"{_VISIT}\b.*\b{_DONE} (?:reserve|confirme|enregistre|fixe|programme|planifie|retenu|bloque|cale|a vous)",
        rf"\b(?:rendez vous|rdv)\b.*\b{_DONE} pris\b",
        rf"\b(?:votre|le|la|un) {_VISIT} (?:bien )?(?:confirme|reserve|enregistre|pris)\w*\b",
        rf"{_VISIT} est (?:bien )?(?:a vous|dans l agenda)",
        rf"^{_VISIT} (?:confirme|reserve|pris|fixe)",
        rf"\b{_DID} (?:pris|prendre|reserve\w*|bloque\w*|inscri\w+|enregistre\w*|ajoute\w*|note|fixe\w*|cale\w*|"
        rf"programme\w*|planifie\w*)\b.*\b{_VISIT}",
        rf"\b{_DID} (?:reserve\w*|bloque\w*|inscri\w+)",
        r"\bje vous ai mis\w* (?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|demain|le|a|pour)",
        r"\bje (?:vous )?(?:inscris|reserve|bloque|cale)\b",
        rf"\bje (?:vous )?confirme (?:le|la|votre|bien) ?(?:votre )?{_VISIT}",
        r"\bvous (?:avez|aurez) (?:bien |votre |un |donc )*(?:rendez vous|rdv|reservation)",
        r"\bvous etes (?:bien )?(?:attendu|inscrit|dans l agenda|reserve)",
        r"\b(?:on|nous) vous atten(?:d|dons|drons|dra)\b",
        rf"\b(?:inscription|consultation|visite)\b.*\b{_DONE} (?:programme|planifie|fixe|confirme)",
    ),
    "changed": (
        r"\bc est (?:bien |donc )?(?:modifie|deplace|decale|reporte|change|repousse)",
        rf"\b(?:rendez vous|rdv|reservation|creneau|visite|horaire|heure|date|table)\b.*\b{_DONE} (?:deplace|"
        rf"reporte|decale|modifie|change|repousse|avance|mis a jour)",
        rf"\b(?:modification|changement|report|deplacement)\b.*\b(?:{_DONE}) (?:enregistre|pris en compte|fait|"
        rf"effectue|confirme|valide)",
        rf"\b{_DID} (?:deplace\w*|reporte\w*|decale\w*|modifie\w*|change\w*|repousse\w*|avance\w*|mis a jour)",
        rf"\b(?:nouveau|nouvelle|nouvel) (?:creneau|date|heure|horaire|rendez vous)\b.*\b{_DONE} (?:confirme|"
        rf"enregistre|reserve|pris)",
        r"\b(?:rendez vous|rdv|reservation|visite) est (?:maintenant|desormais) (?:a|le|lundi|mardi|mercredi|"
        r"jeudi|vendredi|samedi|dimanche|demain)",
        r"\bje (?:le|la|l) (?:deplace|decale|reporte|modifie)\b",
    ),
    "cancelled": (
        r"\bc est (?:bien |donc )?(?:annule|supprime)",
        rf"\b(?:rendez vous|rdv|reservation|creneau|visite|consultation|commande|table)\b.*\b{_DONE} (?:annule|"
        rf"supprime|libere|retire)",
        rf"\b{_VISIT} (?:bien )?annule",
        rf"\bannulation\b.*\b{_DONE} (?:enregistre|pris\w* en compte|fait\w*|effectue|confirme|valide)",
        rf"\b{_DID} (?:annule\w*|supprime\w*|libere\w*|retire\w*)",
        r"\bconfirme (?:bien )?l annulation",
        r"\bje (?:l |le |la )?annule\b(?! pas)",
    ),
    "noted": (
        r"\bc est (?:bien )?(?:note|enregistre|transmis|pris en compte|fait suivre)",
        r"^(?:bien |tout est )?note$",
        rf"\b(?:message|demande|reclamation|commande|coordonnees|remarque|souhait|probleme|dossier|fiche|nom|"
        rf"numero|rappel|equipe|responsable|patron|atelier|docteur|collegue\w*)\b.*\b{_DONE} (?:note|enregistre|"
        rf"transmis|prevenu|informe|signale|cree|ouvert|ajoute|passe|remis|averti|avise|au courant)",
        rf"\b(?:ticket|dossier)\b.*\b{_DONE} (?:ouvert|cree)",
        r"\b(?:message|demande) (?:vous )?sera (?:remis|transmis|communique|passe)",
        rf"\b{_DID} (?:note\w*|transmis\w*|transmettre|pris note|laisse\w*|prevenu\w*|informe\w*|signale\w*|"
        rf"averti\w*|avise\w*|ouvert|cree)",
        rf"\b{_DID} (?:enregistre\w*|ajoute\w*|inscri\w+|passe\w*)\b.*\b(?:coordonnees|message|demande|dossier|"
        rf"fiche|commande|reclamation|numero|nom|cela|ca)",
        r"\bje (?:le |la |l |les |vous )?(?:transmets|fais suivre|note|enregistre|signale|previens|leur transmets|"
        r"lui transmets)\b",
        rf"\b(?:commande)\b.*\b{_DONE} (?:passe|enregistre|confirme)",
    ),
    "sent": (
        rf"\b{_DID} (?:envoye\w*|envoyer|adresse\w*|expedie\w*|transmis le lien|fait parvenir)",
        r"\bje viens de vous (?:envoyer|adresser|transmettre le lien)",
        rf"\b(?:sms|texto|mail|e mail|courriel|message|lien|devis|adresse|confirmation|document\w*|recapitulatif|"
        rf"facture)\b.*\b(?:{_DONE}|vous a ete|vient de vous etre) (?:envoye|adresse|parti|expedie|transmis par)",
        r"\b(?:sms|texto|mail|e mail|courriel|devis|confirmation|recapitulatif)\b.* (?:est|vient de) (?:parti|"
        r"partir)",
        r"\b(?:lien|message|sms|mail|confirmation)\b vous (?:a|ont) ete (?:envoye|adresse|transmis)",
        r"\bun message vous a ete\b",
        r"\bvous (?:recevrez|allez recevoir|avez recu|trouverez le lien)",
        r"\bvous (?:parviendra|sera envoye|sera adresse)",
        r"\bje (?:vous )?(?:l |le |la |les )?(?:envoie|adresse|fais parvenir)\b",
        r"\bje vous (?:l |les )?envoie\b",
        r"\bvous enverrai\b",
        r"\bsms que je viens de vous envoyer",
    ),
    "transferred": (
        r"\bje (?:vous )?(?:transfere|bascule|redirige|connecte|reoriente)\b",
        r"\bje vous (?:passe|mets en relation|mets en ligne|mets en communication|renvoie vers)\b",
        r"\b(?:appel|vous)\b.* (?:est|etes|a ete|avez ete) (?:transfere|bascule|redirige|mis\w* en relation|"
        r"mis\w* en ligne)",
        r"\bje vous ai (?:transfere|passe|mis en relation|redirige)",
        r"\b(?:prend|va prendre) votre appel",
        r"\bon vous repond tout de suite",
        r"\brestez en ligne\b.*\b(?:repond|arrive)",
    ),
    "promised": (
        rf"\b(?:vous|te) (?:re)?(?:{_GOES}\w*era|{_GOES}\w*eront|{_GOES}\w*erons|{_GOES}\w*erai|rappelle\b|"
        rf"rappelons\b|recontacte\b|appellera|joindra|previendra|previendrons|tiendrons|tiendra|tiens au courant|"
        rf"livrerons|livrera|rembourserons|enverrons|enverra|ferons)",
        r"\bvous serez (?:rappele|recontacte|contacte|rembourse|livre|prevenu|informe|servi|appele)",
        r"\bva vous (?:rappeler|recontacter|contacter|joindre|appeler|prevenir|envoyer)",
        r"\bde vous rappeler\b",
        r"\b(?:reviendra|reviendrons|reviens|revient) vers vous",
        r"\b(?:passera|viendra|interviendra) (?:chez vous|vous voir|lundi|mardi|mercredi|jeudi|vendredi|samedi|"
        r"demain|a|vers)",
        r"\b(?:sera|seront) (?:prete?s?|termine\w*|livre\w*|rembourse\w*|traite\w*|repare\w*)",
        r"\bvous (?:fais|fait|ferai|faisons) une (?:remise|reduction)",
        r"\bvous garanti(?:s|t|ssons)",
        r"\b(?:je m en occupe|on s en occupe|je ferai le necessaire|je fais le necessaire|"
        r"nous ferons le necessaire)",
        r"\b(?:mis\w*|mettrons|mets|garde|gardons|garderai|garderons)\b.*(?:de cote|pour vous)",
        r"\bvous aurez une reponse",
        r"\b(?:comptez sur|attendez vous a) un appel",
        r"\bje (?:leur|lui) dirai",
    ),
}

_THING = (
    r"(?:rendez vous|rdv|reservation|creneau|visite|essai|cours|chambre|table|place|message|demande|devis|sms|texto|lien"
    r"|commande|dossier|heure|date|annulation|reclamation|seance|inscription|confirmation|facture|colis)"
)
_TO_YOU = r"(?:vous |l |le |la |les |lui |leur |y )"
# What an agent does while it talks, which is no deed.
_TALK = (
    r"(?:ecoute|propose|entends|comprends|remercie|souhaite|prie|demande|conseille|recommande|laisse|suis|dis|explique"
    r"|repete|invite|vois|trouve|cherche|regarde|verifie|rassure|invite|prie|indique|donne|lis|epelle|rappelle que|ai)\b"
)
_FUTURE = (
    r"\b(?!pourr|devr|faudr|voudr)\w+(?:era|ira|dra|vra|tra|erons|irons|drons|vrons|trons|eront|iront|dront|vront|tront"
    r"|erai|irai|drai|vrai)\b"
)

# What stands behind "est" and is no deed.
_NO_DEED = (
    r"(?:libre|gratuit|complet|disponible|obligatoire|possible|ouvert|ferme|compris|necessaire|demande|inclus|prevu pour"
    r"|valable|facture|payant|encore|tard|trop|sans|sur|assure|certain|ici|bienvenu|oblige|invite|satisfait|client|le|la"
    r"|les|un|une|en|au|aux|a|de|du|des|entre|chez|pas|tous?|toute|deux|trois|combien|qui|que|quel\w*|situe|interesse"
    r"|proche|notre|votre|mon|ma|mieux|moins|plus|tres|assez)\b"
)
_DEED_DONE = (
    r"(?:annule|reserve|confirme|note|envoye|transmis|deplace|decale|reporte|modifie|change|enregistre|pris|fixe|programme"
    r"|planifie|supprime|libere|parti|prevenu|informe|inscrit|bloque|valide|fait|regle|ajoute|traite)(?:e|s|es)?\b"
)

_DEEDS = (
    rf"\b(?:j ai|on a|nous avons|je {_TO_YOU}+ai)(?: bien| pu| deja| aussi| tout)* "
    r"(?!besoin|(?:bien )?(?:compris|entendu)|une?\b|des?\b|les?\b|la\b|l\b|encore|actuellement|seulement|jusqu"
    r"|\d|deux|trois|quatre"
    r"|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|demain)\w+",
    r"\bje viens de (?!vous dire|regarder|verifier|consulter)\w+",
    rf"\bje {_TO_YOU}+(?!{_TALK})\w+",
    r"\bj (?:appelle|envoie|annule|inscris|ajoute|enregistre|avertis|expedie)\b",
    r"\b(?:vous|te) voila \w+",
    rf"\b(?:votre|vos|le|la|l|un|une)\b.*\b{_THING}\b.*\b(?:{_DONE}|est bien|passe|passera|n existe plus) "
    r"(?!libre|gratuit|complet|disponible|obligatoire|possible|ouvert|ferme|compris|necessaire|demande|inclus|prevu pour"
    r"|valable|en\b|mardi|lundi|mercredi|jeudi"
    r"|vendredi|samedi|dimanche|demain|facturee?|payant|encore|tard|trop|sans|de\b|du\b|au\b(?! courant))\w+",
    rf"\b(?:votre|vos)\b.*\b{_THING}\b.*\bpasse a\b",
    r"\bc est (?:fait|regle|parti|en route|dans l agenda|valide|bon pour)\b",
    rf"\bvous etes (?:bien |donc |maintenant )?(?!{_NO_DEED})\w+(?:e|ee|i|ie|u|ue|is|it)s?\b",
    rf"\b(?:votre|vos) \w+(?: \w+)?(?: \w+)? (?:{_DONE}) (?!{_NO_DEED})\w+(?:e|ee|i|ie|u|ue|is|it|ert|pret)s?\b",
    rf"\b(?:il|elle|ils|elles|ca|cela) (?:{_DONE}) {_DEED_DONE}",
    r"\bvient d etre (?!pris)\w+|\bvient de (?:partir|passer|sortir|vous)\b",
    r"\bje vous laisse (?:avec|a) (?:ma|mon|le|la|un|une|l)\b",
    r"\bje (?:passe|transfere|transmets|envoie|reserve|annule|deplace|decale|bloque|inscris|enregistre|ajoute|note)"
    r" (?:l|le|la|les|votre|vos|un|une|cet|cette|ce)\b",
    r"\b(?:arrive|arrivent|passe|passent|vient|viennent) (?:chez vous|dans (?:une|un|deux|trois|\d|l heure|la journee)"
    r"|demain|ce soir|cet apres midi|lundi|mardi|mercredi|jeudi|vendredi|samedi|tout de suite)",
    rf"\b(?:vous|votre|vos|chez vous)\b.*{_FUTURE}|{_FUTURE}.*\b(?:vous|votre|vos|chez vous)\b",
    r"\bvous (?:recevrez|aurez|serez)\b(?! besoin| a\b)",
    r"\b(?:on|quelqu un|(?:le|la|un|une|notre) \w+|l \w+|il|elle|monsieur \w+|madame \w+) vous "
    r"(?!convient|conviendrait|suffit|interesse|plait|va\b|faut|reste|permet|remercie|arrange|manque|souhaite|ecoute|demande|coute"
    r"|propose|a\b|ont\b)\w+",
    r"\b(?:est|sont) au courant\b|\by est\b|\bvous avez (?:le|la|l|votre|un|une) (?:lien|sms|mail|message|confirmation)\b",
    rf"\b{_THING} est (?:en route|parti\w*|arrive\w*)\b|\brestez en ligne\b",
)
_KINDS: Mapping[Kind, Sequence[str]] = {
    "cancelled": (r"annul|supprim|retir|liber|n existe plus",),
    "changed": (r"deplac|report|decal|avanc|repouss|modifi|chang|corrig|\bpasse (?:a|au)\b",),
    "promised": (r"\bappel\b|rappel|recontact|telephon|fera|donnera|repar|passer(?:a|ons)|reponse|signe",),
    "transferred": (
        r"transfer|bascul|en relation|en ligne|redirig|connect|mets avec|\bpasse (?:le|la|un|une|l)\b|j appelle",
    ),
    "sent": (r"envo|\bsms\b|mail|texto|lien|courriel|parvenir|facture|expedi",),
    "booked": (
        r"reserv|rendez vous|creneau|inscri|\bcal(?:e|er|ee)\b|agenda|bloqu|attend|recevra|prevu"
        r"|\b(?:note|mis)\w* (?:pour |a )?(?:le |lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|demain)",
    ),
}

FRENCH = Grammar(
    opening=re.compile(
        r"(?:si|s il|une fois|des que vous|quand vous|lorsque|pour (?!(?:mardi|lundi|mercredi|jeudi|vendredi|samedi"
        r"|dimanche|demain|le|cet|ce)\b)|avant de|afin de|dites moi|voulez|souhaitez|avez vous|dois je|est ce|peut on"
        r"|puis je|aimeriez|preferez)\b"
    ),
    denied=re.compile(r"\b(?:ne|n|pas|rien|aucun|aucune|jamais|impossible|malheureusement)\b|\bpersonne (?:ne|n)\b"),
    possible=re.compile(
        r"\b(?:peux|peut|pouvez|pouvons|pourrai|pourrez|pourrait|pourrais|pourrons|puis je|voulez|souhaitez|voudriez"
        r"|faut|doit|devez|devrez|(?:il est|c est|serait) possible|propose|en general"
        r"|generalement|toujours|d habitude|normalement|souvent"
        r"|vous avez (?:dit|indique|deja|reserve|annule)|serait|si (?:vous|cela|ca|je)|quand|voir avec)\b"
        r"|^(?:les|nos) (?:rendez vous|devis|reservations|remises|visites|consultations|remboursements|annulations"
        r"|messages|commandes|horaires)\b|^(?:un|une) (?:rendez vous|annulation|acompte)\b|^merci de\b|^notez\b"
    ),
    even_so={
        "cancelled": re.compile(r"\b(?:vous n avez|il n y a) plus (?:de |aucun |rien )?(?:rendez vous|reservation)")
    },
    claims=compiled(_CLAIMS),
    deeds=re.compile("|".join(_DEEDS)),
    kinds=compiled(_KINDS),
)
