"""The receptionist that needs no model: rules in French and English over the facts of the business."""

from modules.receptionist.answers import passages, services_named
from modules.receptionist.course import is_beside_the_point, language_of_turn, remembered
from modules.receptionist.dialogue import decide, is_unanswered, told, told_goods
from modules.receptionist.diary import attend
from modules.receptionist.diary_visit import Deed
from modules.receptionist.goods import named as goods_named
from modules.receptionist.intents import asks_for_a_human
from modules.receptionist.speech import amount
from modules.receptionist.spelling import spelled_name, spoken_email
from modules.receptionist.steps import BOOKING_STAGES, MESSAGE_STAGES
from modules.receptionist.written import as_written
from modules.words.text import utterance

__all__ = [
    "BOOKING_STAGES",
    "MESSAGE_STAGES",
    "Deed",
    "amount",
    "as_written",
    "asks_for_a_human",
    "attend",
    "decide",
    "goods_named",
    "is_beside_the_point",
    "is_unanswered",
    "language_of_turn",
    "passages",
    "remembered",
    "services_named",
    "spelled_name",
    "spoken_email",
    "told",
    "told_goods",
    "utterance",
]
