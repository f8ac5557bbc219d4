"""Public holidays, by the `holidays` library; a country that it does not know has none."""

from datetime import date
from functools import lru_cache


@lru_cache(maxsize=64)
def public_holidays(country: str, region: str | None, first_year: int, last_year: int) -> frozenset[date]:
    """`country` is ISO 3166-1, `region` the second half of ISO 3166-2. Raises ValueError for a region it does not know."""
    import holidays  # large, and rarely needed

    years = range(first_year, last_year + 1)
    if country not in holidays.list_supported_countries():
        return frozenset()
    try:
        return frozenset(holidays.country_holidays(country, subdiv=region, years=years))
    except NotImplementedError as error:
        raise ValueError(f"{country}-{region} is not a region with holidays of its own") from error
