"""What proves that a channel works, for the batch of whatever has shown it."""

from modules.channels import queries
from ports.database import Statement


def delivered(provider: str, provider_id: str, at: str) -> Statement:
    """A message of ours has arrived, a vendor says: the answer to somebody, or a test."""
    return queries.seen_delivered(provider, provider_id, at)


def arrived(tenant_id: str, channel: str, test_id: str, at: str) -> Statement:
    """What was sent to see it arrive has come in."""
    return queries.seen_arrived(tenant_id, channel, test_id, at)


def answered(tenant_id: str, channel: str, at: str) -> Statement:
    """On a channel of our own somebody has got an answer."""
    return queries.seen_answered(tenant_id, channel, at)
