"""Measurements, printed as the Markdown tables of docs/performance.md; no timed assertion."""
