"""The receptionist that needs no model: rules in French and English over the facts of the business."""

from modules.receptionist.answers import passages
from modules.receptionist.dialogue import decide
from modules.receptionist.text import utterance

__all__ = ["decide", "passages", "utterance"]
