"""What /readyz asks the platform: is this store answering?"""

from collections.abc import Awaitable, Callable, Mapping

Probes = Mapping[str, Callable[[], Awaitable[None]]]
