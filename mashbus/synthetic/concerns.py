"""What a referrer writes about a child, by the census' category of need. Short, invented, and marked as synthetic."""

from random import Random

from mashbus.domain.referral import Concern
from mashbus.domain.vocabulary import Channel

FACTORS: dict[str, tuple[tuple[str, ...], ...]] = {
    "N1": (
        ("16A",),
        ("17A",),
        ("3B",),
        ("18C",),
        ("16A", "1B"),
        ("3A", "3B"),
        ("16A", "4B"),
        ("19C",),
        ("11A",),
        ("24A",),
    ),
    "N2": (("5A",), ("6A",), ()),
    "N3": (("6B",), ("4B",), ("3B", "4B"), ("5B",)),
    "N4": (("4B",), ("20",), ("3B",)),
    "N5": (("4A",), ("3B",), ("2B",), ()),
    "N6": (("14A",), ("2A",), ("13A",)),
    "N7": ((), ("20",)),
    "N8": (("10A",), ("9A",), ()),
    "N9": ((),),
    "N0": ((), ("20",), ("3B", "4B")),
}
"""DfE assessment factors that go with each need."""
WORRIES = {
    "N1": ("has come in with a bruise that nobody explains", "is often hungry and in unwashed clothes",
           "was heard crying while adults shouted", "says they are left alone in the evenings"),
    "N2": ("needs support at home that the family cannot give alone", "waits for equipment and sleeps badly"),
    "N3": ("looks after a parent who is ill", "is late because the parent cannot get up"),
    "N4": ("lives in one room with the whole family since the eviction", "is withdrawn since a death in the family"),
    "N5": ("is caught between parents who no longer speak", "ran to a neighbour after a row at home"),
    "N6": ("was seen with older young people late at night", "has hit other children twice this month"),
    "N7": ("comes without a coat; the meter at home is empty",),
    "N8": ("has nobody to collect them; the parent's phone is off", "arrived with an uncle and no papers"),
    "N9": ("is placed for adoption and the family asks for support",),
    "N0": ("seems different lately; it is hard to say how", "is not themselves and will not talk"),
}  # fmt: skip
IMPACTS = ("The child is tired and quiet.", "The child misses lessons.", "The child is afraid to go home.", None)
TRIED = ("We spoke to the parent last week.", "A meeting was offered and refused.", "Early help was suggested.", None)
NOT_STATED = "N0"


def concern(draw: Random, need: str | None) -> Concern:
    known = need or NOT_STATED
    return Concern(
        summary=f"Synthetic referral: a child who {draw.choice(WORRIES[known])}.",
        impact=draw.choice(IMPACTS),
        tried=draw.choice(TRIED),
        category_of_need=need,
        factors=draw.choice(FACTORS[known]),
    )


def channel(draw: Random) -> Channel:
    """Mostly the online form; some were typed in by the hub from a call or a letter."""
    words = (Channel.ONLINE_FORM, Channel.PHONE, Channel.EMAIL, Channel.IN_PERSON)
    return draw.choices(words, (86, 8, 4, 2))[0]
