"""A mix as in production on one Worker: how it holds up, and what becomes of it when things fail meanwhile."""
