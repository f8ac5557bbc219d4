"""The receptionist that needs no model: rules in French and English over the facts of the business."""

from modules.omnichannel.receptionist.dialogue import decide
from ports.language_model import TurnReply, TurnRequest

__all__ = ["Receptionist", "decide"]


class Receptionist:
    """Implements ports.language_model.LanguageModel; it waits for nothing and keeps nothing between turns."""

    async def reply(self, turn: TurnRequest) -> TurnReply:
        return decide(turn)
