"""The receptionist that needs no model: rules in French and English over the facts of the business."""

from modules.receptionist.answers import passages
from modules.receptionist.dialogue import decide
from modules.receptionist.spelling import spelled_name, spoken_email
from modules.receptionist.steps import MESSAGE_STAGES
from modules.receptionist.text import utterance

__all__ = ["MESSAGE_STAGES", "decide", "passages", "spelled_name", "spoken_email", "utterance"]
