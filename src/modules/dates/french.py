"""What French callers call days and times."""

from modules.dates.tokens import Entry, Vocabulary, entries, units

_PHRASES: dict[str, Entry] = dict(
    (
        *entries(
            "rel",
            "aujourd hui|aujourdhui=0, demain=1, apres demain=2, le lendemain=1, hier=-1, avant hier=-2",
        ),
        *entries("weekday", "lundi=0, mardi=1, mercredi=2, jeudi=3, vendredi=4, samedi=5, dimanche=6"),
        *entries(
            "month",
            "janvier=1, fevrier=2, mars=3, avril=4, mai=5, juin=6, juillet=7, aout=8, septembre=9, octobre=10,"
            " novembre=11, decembre=12",
        ),
        *entries(
            "part",
            "matin|matinee|la matinee|dans la matinee|du matin|au matin=morning,"
            "apres midi|aprem|de l apres midi=afternoon, soir|soiree|du soir=evening,"
            "fin de matinee|en fin de matinee|la fin de matinee=late_morning,"
            "debut d apres midi|en debut d apres midi|debut de l apres midi=early_afternoon,"
            "fin d apres midi|en fin d apres midi|fin de l apres midi=late_afternoon,"
            "fin de journee|en fin de journee|la fin de la journee=late_afternoon,"
            "debut de soiree|en debut de soiree=early_evening, nuit=night,"
            "tot le matin|premiere heure|a la premiere heure|tot dans la matinee=early_morning,"
            "milieu de matinee=mid_morning, heure du dejeuner|midi et deux|l heure du dejeuner=lunch,"
            "apres le dejeuner|apres dejeuner|apres manger=after_lunch, avant le dejeuner|avant dejeuner=before_lunch",
        ),
        *entries("whole_day", "dans la journee|la journee|toute la journee=1"),
        *entries("vague", "tout a l heure|des que possible|le plus tot possible|au plus vite|n importe quand=when"),
        *entries("now", "maintenant|tout de suite|immediatement=1"),
        *entries("named_time", "midi=720, minuit=1440"),
        *entries("hours", "h|heure|heures=1"),
        *entries("unit", "minute|minutes=minute, jour|jours=day, mois=month, an|ans|annee|annees=year"),
        *entries("week", "semaine|semaines=1"),
        *entries("weekend", "week end|weekend=1"),
        *entries("this_month", "ce mois ci|ce mois=1"),
        *entries("next", "prochain|prochaine|suivant|suivante=1"),
        *entries("coming", "qui vient=1"),
        *entries("after_that", "d apres=1"),
        *entries("last", "dernier|derniere|passe|passee=1"),
        *entries("this", "ce|cet|cette=1"),
        *entries("in_eight", "en huit=7, en quinze=14"),
        *entries("in", "dans=1"),
        *entries("ago", "il y a=1"),
        *entries("within", "d ici=1"),
        *entries("early", "debut|au debut|en debut=1"),
        *entries("middle", "mi|milieu|au milieu|en milieu=1"),
        *entries("late", "fin|la fin|en fin|a la fin=1"),
        *entries("of", "de|du|d=1"),
        *entries("the", "le|la|l|les=1"),
        *entries("in_month", "en=1"),
        *entries("between", "entre=1"),
        *entries("and", "et=1"),
        *entries("from", "a partir de|a partir du|a partir|des=1"),
        *entries("after", "apres=1"),
        *entries("before", "avant=1"),
        *entries("to", "a|jusqu a=1"),
        *entries("to_the", "au=1"),
        *entries("about", "vers|vers les|autour de|aux alentours de|aux environs de|environ=1"),
        *entries("minus", "moins|moins le=1"),
        *entries("half", "demi|demie=1"),
        *entries("quarter", "quart=1"),
        *entries("or", "ou|soit=1"),
        *entries("not", "pas|non pas=1"),
        *entries("than", "que=1"),
        *entries(
            "holiday",
            "noel|jour de noel=1225, veille de noel|reveillon de noel=1224, jour de l an|nouvel an=101,"
            "reveillon|la saint sylvestre=1231",
        ),
        *entries("quarter_hour", "quart d heure=15, trois quarts d heure=45, demi heure=30"),
        *entries("filler", "euh|alors|donc|s il vous plait|plutot|si possible|de preference|bon|ben|ok|oui|merci=1"),
    )
)
_PHRASES |= dict(entries("lasting", "prend|dure|duree|pendant=1"))

VOCABULARY = Vocabulary(
    phrases=_PHRASES,
    units=units("zero un|une deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize"),
    tens={"vingt": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60},
    ordinals={"premier": 1},
    joins=frozenset(("et",)),
    thousand="mille",
)
