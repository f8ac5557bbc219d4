"""Vendors that cannot be reached from a laptop: they speak the documented protocol and refuse what the vendor refuses.

Each has its own path under one origin: {origin}/resend, {origin}/twilio and so on.
"""

from tools.fakes.desk import Fakes

__all__ = ["Fakes"]
