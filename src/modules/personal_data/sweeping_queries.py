"""SQL that brings the indexes of words down to what they index (sqlite.org/fts5.html, "The 'merge' Command").

A word that was deleted stays in an index's older parts, found by nobody, until those are merged. `pages` is the work to
do; negative, it begins with all parts at once.
"""

from ports.database import Statement


def messages(pages: int) -> Statement:
    return Statement("INSERT INTO message_words (message_words, rank) VALUES ('merge', ?1)", (pages,))


def customers(pages: int) -> Statement:
    return Statement("INSERT INTO customer_words (customer_words, rank) VALUES ('merge', ?1)", (pages,))


def products(pages: int) -> Statement:
    return Statement("INSERT INTO product_words (product_words, rank) VALUES ('merge', ?1)", (pages,))


def knowledge(pages: int) -> Statement:
    return Statement("INSERT INTO knowledge_terms (knowledge_terms, rank) VALUES ('merge', ?1)", (pages,))
