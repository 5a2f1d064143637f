"""What the codes in reports mean, for people."""

from collections.abc import Mapping

from mashbus.contracts import codes
from mashbus.domain.partnership import Partnership
from services.status.reports.contacts import NOT_KNOWN, SEVERAL
from services.status.reports.counting import (
    AREA,
    ETHNICITY,
    FACTOR,
    FACTOR_BY_ETHNICITY,
    NEED,
    NEED_BY_ETHNICITY,
    SOURCE,
)

TABLE_TITLES: Mapping[str, str] = {
    SOURCE: "Contacts by source",
    NEED: "Contacts by category of need",
    FACTOR: "Contacts by factor (a contact may have several)",
    AREA: "Contacts by area (postcode district)",
    ETHNICITY: "Contacts by ethnicity of the children",
    NEED_BY_ETHNICITY: "Category of need by ethnicity",
    FACTOR_BY_ETHNICITY: "Factor by ethnicity",
}
ETHNICITIES: Mapping[str, str] = {
    "WBRI": "White British",
    "WIRI": "White Irish",
    "WOTH": "any other White background",
    "WIRT": "Traveller of Irish heritage",
    "WROM": "Gypsy or Roma",
    "MWBC": "White and Black Caribbean",
    "MWBA": "White and Black African",
    "MWAS": "White and Asian",
    "MOTH": "any other mixed background",
    "AIND": "Indian",
    "APKN": "Pakistani",
    "ABAN": "Bangladeshi",
    "CHNE": "Chinese",
    "AOTH": "any other Asian background",
    "BCRB": "Black Caribbean",
    "BAFR": "Black African",
    "BOTH": "any other Black background",
    "OOTH": "any other ethnic group",
    "REFU": "refused",
    "NOBT": "not yet obtained",
}
"""The census's codes. Others are carried and shown as they came: lists differ by year and council."""
_CODES: Mapping[str, Mapping[str, str]] = {
    SOURCE: codes.SOURCES,
    NEED: codes.NEEDS,
    FACTOR: codes.FACTORS,
    ETHNICITY: ETHNICITIES,
}
_KINDS = {NEED_BY_ETHNICITY: NEED, FACTOR_BY_ETHNICITY: FACTOR}


def rows_of(table: str) -> tuple[str, ...]:
    """The rows that are told whatever they hold: of a closed list all codes. An open list has none."""
    kind = kind_of(table)
    return tuple(_CODES[kind]) if kind in (SOURCE, NEED, FACTOR) else ()


def kind_of(table: str) -> str:
    """What a table's rows are: source, need, factor, area or ethnicity."""
    return _KINDS.get(table, table)


def title_of(kind: str, code: str, partnership: Partnership) -> str:
    if code == NOT_KNOWN:
        return "not known"
    if code == SEVERAL:
        return "children of different ethnicity" if kind == ETHNICITY else "children who live in different areas"
    if kind == AREA:
        found = partnership.area.districts.get(code) if partnership.area else None
        return f"{code} ({found.name})" if found else code
    return _CODES[kind].get(code, code)
