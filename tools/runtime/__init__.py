"""The Worker on this machine: the official wrangler and workerd, with nothing from outside the package registries."""

from tools.runtime.worker import LocalWorker

__all__ = ["LocalWorker"]
