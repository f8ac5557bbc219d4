"""Words that say nothing about the subject, and words that mean the same, per language."""

from ports.dialogue import Language

_FR_STOP = """
a ah ai aie aimerais aimerait ait alors allo apres appel appelle appeler as attendez au aucun aura auriez aurais aussi
aux avais avec avez aviez avoir avons bah bas bein ben bien bon bonjour bonsoir bref c ca car ce ceci cela celle celui
ces cet cette chez comme comment connaitre coucou d dans de demande demander depuis des desole deux dire dis disons
dites doit dois donc dont du elle elles en encore enfin ensuite entre es est et etais etait etant etes etre eu euh eux
excusez fait faire faites faut fois gens h ha hein heu hm hmm ici il ils info information informations j jai je juste
l la le les leur lui m ma madame maintenant mais me mes messieurs mesdames mademoiselle merci mm mmh moi mon monsieur
n ne ni non nos notre nous o oh ok on ont ou ouais oui par parce pardon parler pas personne petit petite peu peut peux
plait plus possible pour pourquoi pourrais pourrait pourriez pouvez pouvoir prie propos puis puisque puisse qu quand
que quel quelle quelles quels quelque quelques quelqu qui quoi question renseignement renseignements renseigner
rebonjour s sa salut sais sait sans savez savoir se sera serait seriez serez ses si soit sommes son sont souhaite
souhaiterais souhaitez suis sur t ta tant te tellement tes toi ton toujours tous tout toute toutes tres trop tu un une
va vais vers veut veux voici voila voir voudrais voudrait voulais voulait voulez vouloir vos votre vous vraiment y
aurait auraient serais etaient
"""
_EN_STOP = """
a about actually afternoon ah all also am an and any anyone anything are as ask asking at be been being but by call
calling can could did do does doing don done either else er erm everyone evening excuse find for from get give go
going good got guys had has have having he hello help her here hey hi him his hm hmm how i if im in information info
is isn it its itself just kind kindly know let like ll look looking ma m madam maybe me mean might mind moment miss
mister mm morning mr mrs ms my need no not now of off oh ok okay on one or our out over please possible question quick
quickly re really right s say see shall she should sir so some someone something sorry still such sure t tell than
thank thanks that the their them then there these they thing this those through to too uh um up us ve very wait want
wanted wanna was we well were what when where whether which who why will with wonder wondering would wouldn yeah yep
yes yet you your yours must after
"""
# Words that many questions share: they count, but no answer is chosen on them alone.
_FR_LIGHT = """
voiture voitures accepter accepte acceptez avance besoin chercher changer demarche exister existe falloir faisable
genre heures jour jours mettre moyen nombre obtenir prendre prenez prend prevoir proposer proposez propose service
services trouver trouve type utiliser vendre vendez venir viens vient voulu autoriser autorise autorises permis mois
semaine arrive arriver autour bleue copine cote coin endroit facile facilement loin mari mere ami amie passer passe
pere plusieurs pres proximite rapide travailler travaillez rester accueillir feter reste garder laisser laisse regarder
entrer entre sortir rentrer attendre envoyer recevoir donner montrer porter appartenir arranger aider ajouter aimer apporter
commencer finir continuer concerner convenir croire penser devoir essayer fonctionner marcher gerer habiter manger
mettez mets met monter descendre occuper ouvrez parait partir perdre poser pratiquer preciser preparer prevoyez
refaire remettre rendre repondre respecter ressortir reussir revenir servir suffire supposer supporter tenir tomber
toucher traiter valoir vivre obligatoire obligatoirement necessaire indispensable grave serieux important normal
special particulier certain different grand grande jeune vieux vieille prochain dernier premier premiere seul seule
meilleur mieux rapidement directement seulement uniquement environ minimum maximum minute minutes heure an ans annee
annees fois personne gens dame client clients cliente famille frere soeur copain deux trois quatre cinq six sept huit
neuf dix quinze vingt salon cabinet restaurant magasin boutique etablissement agence atelier studio local garage
clinique chose truc maniere facon cas moyens exactement normalement habituellement souvent parfois jamais quelquefois
vite
"""
_EN_LIGHT = """
accept allow allowed available bring can change come day days exist hours include included kind make month offer
provide sell sort take time type use week work around coming father friend husband leave mother near nearby necessary
patient patients people person somewhere son wife daughter walk working arrive place add agree answer appear apply
arrange begin believe belong buy carry catch consider continue cover deal decide depend end enjoy enter expect feel
finish follow handle happen hold hope join keep learn let live lose love matter meet miss move own pass pick plan
prefer prepare put reach receive refer remain remember require run send serve set show sit stand start stay stick
suppose support talk think try turn understand visit worry write must after before again young old big small large
short early next last first other another different special particular certain normal important serious required
mandatory two three four five six seven eight nine ten fifteen twenty minute minutes hour year years client clients
customer customers man woman men women brother sister family boy girl guest guests shop store office salon practice
clinic studio restaurant business premises everything rules option options usually normally always often ever never
sometimes exactly directly only quite pretty lot bit many more less
"""
# One line, one meaning; the first word stands for all.
_FR_SAME = """
parking parkings garer gare stationner stationnement
paiement payer paye payable regler reglement paiements payes paies
prix combien tarif tarifs cout coute coutent couter cher chere payant payante gratuit gratuite gratuits gratuitement gratuites
carte cartes cb bancaire bancaires visa mastercard
cheque cheques
especes espece liquide cash
annulation annuler annule annulez decommander
enfant enfants bebe bebes gamin gamins fils fille petits
chien chiens animal animaux chat chats toutou
accessible accessibilite handicap handicape handicapes handicapee pmr fauteuil roulant invalide
livraison livrer livrez livre livree livrent
wifi internet
cadeau cadeaux offrir
retard retards
rendezvous rdv
reservation reserver reserve
reduction reductions remise remises promo promos promotion promotions rabais
etudiant etudiants etudiante etudiantes
vegetarien vegetarienne vegetariens vegetariennes vegan vegane vegans viande
allergie allergies allergique allergene allergenes intolerance intolerances
terrasse dehors exterieur
toilettes toilette wc
ouvert ouverture ouvre ouvrez ouvrent ouverts ouverte ouvrir
ferme fermeture fermez ferment fermer fermes fermee
devis estimation
garantie garanti garanties garantis
urgence urgent urgences urgente
ferie feries
emporter emporte
mutuelle mutuelles
vitale
domicile maison deplacez deplacer deplacement
langue langues parlez
marque marques produit produits
"""
_EN_SAME = """
parking park parked car van vehicle
payment pay paying pays
price much prices cost costs costing charge charges rate rates fee fees expensive free
card cards credit debit visa mastercard
cash
check cheque checks cheques
cancellation cancel cancelling canceling cancelled cancels
child children kid kids baby babies toddler
dog dogs pet pets animal animals puppy
accessible accessibility wheelchair disabled disability
delivery deliver delivers delivering deliveries delivered
wifi internet
gift gifts voucher vouchers
late delay running
appointment appointments
reservation reservations reserve booking bookings book
discount discounts promotion promotions promo
student students
vegetarian vegetarians vegan vegans meat meatless veggie
allergy allergies allergic allergen allergens
terrace patio outside outdoor outdoors outdoor
toilet toilets restroom restrooms bathroom bathrooms
open opens opening opened
close closes closing closed
quote quotes estimate estimates
guarantee guaranteed warranty
emergency emergencies urgent urgently
holiday holidays
takeaway takeout
insurance insured insurances
home house
language languages speak spoken
brand brands product products
"""

# A text on the second answers a question on the first, though less surely.
_FR_KIN: dict[str, tuple[str, ...]] = {"paiement": ("carte", "cheque", "especes")}
_EN_KIN: dict[str, tuple[str, ...]] = {"payment": ("card", "cash", "check")}

STOP: dict[Language, frozenset[str]] = {"fr": frozenset(_FR_STOP.split()), "en": frozenset(_EN_STOP.split())}
LIGHT: dict[Language, frozenset[str]] = {"fr": frozenset(_FR_LIGHT.split()), "en": frozenset(_EN_LIGHT.split())}


def _groups(lines: str) -> dict[str, str]:
    return {word: group[0] for line in lines.strip().splitlines() for group in [line.split()] for word in group}


SAME: dict[Language, dict[str, str]] = {"fr": _groups(_FR_SAME), "en": _groups(_EN_SAME)}
KIN: dict[Language, dict[str, tuple[str, ...]]] = {"fr": _FR_KIN, "en": _EN_KIN}
