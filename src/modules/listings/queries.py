"""SQL of listings, and of who looks for them."""

from ports.database import Statement, Value


def listings(tenant_id: str, filters: tuple[Value, ...], before: str, limit: int) -> Statement:
    """Newest first. `filters` are (status, deal, kinds as JSON, cities folded as JSON, most price, least surface, least
    rooms); NULL or an empty list for any.
    """
    return Statement(
        """SELECT id, reference, title, description, deal, kind, city, postcode, price_minor, currency, surface_m2, rooms,
             bedrooms, status, created_at, updated_at
           FROM listings WHERE tenant_id = ?1 AND id < ?2 AND (?4 IS NULL OR status = ?4) AND (?5 IS NULL OR deal = ?5)
             AND (json_array_length(?6) = 0 OR kind IN (SELECT value FROM json_each(?6)))
             AND (json_array_length(?7) = 0 OR city_folded IN (SELECT value FROM json_each(?7)))
             AND (?8 IS NULL OR price_minor <= ?8) AND (?9 IS NULL OR surface_m2 >= ?9) AND (?10 IS NULL OR rooms >= ?10)
           ORDER BY id DESC LIMIT ?3""",
        (tenant_id, before, limit, *filters),
    )


def listing(tenant_id: str, listing_id: str) -> Statement:
    return Statement(
        """SELECT id, reference, title, description, deal, kind, city, postcode, price_minor, currency, surface_m2, rooms,
             bedrooms, status, created_at, updated_at
           FROM listings WHERE tenant_id = ?1 AND id = ?2""",
        (tenant_id, listing_id),
    )


def put_listing(tenant_id: str, listing_id: str, listing: str, at: str) -> Statement:
    """New, or in the place of what it was. `listing` is a JSON object with a key a column."""
    return Statement(
        """INSERT INTO listings (tenant_id, id, created_at, updated_at, reference, title, description, deal, kind, city,
             city_folded, postcode, price_minor, currency, surface_m2, rooms, bedrooms, status)
           SELECT ?1, ?2, ?4, ?4, ?3 ->> 'reference', ?3 ->> 'title', ?3 ->> 'description', ?3 ->> 'deal', ?3 ->> 'kind',
             ?3 ->> 'city', ?3 ->> 'city_folded', ?3 ->> 'postcode', ?3 ->> 'price_minor', ?3 ->> 'currency',
             ?3 ->> 'surface_m2', ?3 ->> 'rooms', ?3 ->> 'bedrooms', ?3 ->> 'status'
           WHERE TRUE
           ON CONFLICT (tenant_id, id) DO UPDATE SET reference = excluded.reference, title = excluded.title,
             description = excluded.description, deal = excluded.deal, kind = excluded.kind, city = excluded.city,
             city_folded = excluded.city_folded, postcode = excluded.postcode, price_minor = excluded.price_minor,
             currency = excluded.currency, surface_m2 = excluded.surface_m2, rooms = excluded.rooms,
             bedrooms = excluded.bedrooms, status = excluded.status, updated_at = excluded.updated_at""",
        (tenant_id, listing_id, listing, at),
    )


def delete_listing(tenant_id: str, listing_id: str) -> Statement:
    return Statement("DELETE FROM listings WHERE tenant_id = ?1 AND id = ?2", (tenant_id, listing_id))


def seekers(tenant_id: str, limit: int) -> Statement:
    """Prospects who look for something and are not done with, the newest first."""
    return Statement(
        """SELECT id, status, name, phone, email, interest, fields, criteria, conversation_id, customer_id, created_at,
             updated_at
           FROM prospects WHERE tenant_id = ?1 AND status IN ('new', 'contacted') AND criteria <> '{}'
           ORDER BY id DESC LIMIT ?2""",
        (tenant_id, limit),
    )
