"""Sees to it that a run has one of everything: whatever the census brings, each of these cases is made a few times.

A case takes the first referrals that suit it; where none does, it takes any and makes it suit.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from mashbus.domain.referral import Child
from mashbus.domain.vocabulary import Channel, ReferrerKind
from mashbus.synthetic.referral_document import Draft

YOUNG = timedelta(days=4 * 365)


@dataclass(frozen=True, kw_only=True)
class Special:
    """`fits` chooses referrals, `made` turns one into the case."""

    name: str
    share: float
    """Of all referrals; at least one."""
    fits: Callable[[Draft], bool]
    made: Callable[[Draft], Draft]


def applied(drafts: Sequence[Draft], today: date) -> tuple[Draft, ...]:
    """The drafts in their order, with the special ones among them; no draft is special twice."""
    result = list(drafts)
    free = list(range(len(drafts)))
    for special in _specials(today):
        if not free:
            break
        wanted = min(max(1, round(special.share * len(drafts))), len(free))
        chosen = _spread([at for at in free if special.fits(result[at])] or free, wanted)
        for at in chosen:
            result[at] = special.made(result[at])
        free = [at for at in free if at not in chosen]
    return tuple(result)


def _spread(places: Sequence[int], wanted: int) -> frozenset[int]:
    """So many of the places, evenly over them: specials should not all arrive on one morning."""
    step = max(1, len(places) // wanted)
    return frozenset(places[step // 2 :: step][:wanted] or places[:wanted])


def _specials(today: date) -> Iterable[Special]:
    young = Child(family_name="Sampleton", given_name="Nell", date_of_birth=today - YOUNG / 2, sex="F")
    unborn = Child(family_name="Sampleton", expected_date_of_birth=today + timedelta(days=90), sex="U")
    has_young, has_unborn = _some_child(lambda child: _younger(child, today)), _some_child(_is_unborn)
    abuse = _needs("N1")
    yield Special(name="harm", share=0.03, fits=abuse, made=_harm)
    yield Special(name="harm-incomplete", share=0.012, fits=abuse, made=lambda draft: _without_birth(_harm(draft)))
    yield Special(name="exploitation", share=0.03, fits=abuse, made=lambda draft: _factors(draft, "N1", "11A"))
    yield Special(
        name="young-hurt",
        share=0.02,
        fits=lambda draft: has_young(draft) and not has_unborn(draft),
        made=lambda draft: _factors(draft if has_young(draft) else _with(draft, young), "N1", "18C"),
    )
    yield Special(
        name="unborn",
        share=0.02,
        fits=has_unborn,
        made=lambda draft: _factors(draft if has_unborn(draft) else _with(draft, unborn), "N1", "16A"),
    )
    yield Special(name="two-parental-factors", share=0.03, fits=_needs("N3", "N4", "N5"), made=_two_parental_factors)
    yield Special(name="stress", share=0.01, fits=_needs("N4", "N5", "N6"), made=lambda draft: _factors(draft, "N4"))
    yield Special(name="illness", share=0.01, fits=_needs("N2", "N3"), made=lambda draft: _factors(draft, "N3", "6B"))
    yield Special(name="neglect", share=0.01, fits=abuse, made=lambda draft: _factors(draft, "N1", "16A"))
    yield Special(name="no-rule", share=0.02, fits=_needs("N7", "N8", "N9", "N0", None), made=_no_rule)
    yield Special(name="no-summary", share=0.017, fits=_practitioner, made=_without_summary)
    yield Special(name="no-name", share=0.017, fits=_practitioner, made=_without_family_name)
    yield Special(name="no-child", share=0.01, fits=_private, made=lambda draft: replace(draft, children=()))
    yield Special(name="no-birth", share=0.01, fits=_practitioner, made=_without_birth)
    yield Special(name="anonymous", share=0.004, fits=_kind(ReferrerKind.ANONYMOUS), made=_anonymous)
    yield Special(name="by-a-child", share=0.004, fits=_kind(ReferrerKind.CHILD), made=_by_a_child)
    yield Special(name="by-the-public", share=0.004, fits=_kind(ReferrerKind.PUBLIC), made=_by_the_public)
    yield Special(name="no-email", share=0.01, fits=_practitioner, made=_without_email)


# -- what fits ----------------------------------------------------------------------------------------------------


def _needs(*needs: str | None) -> Callable[[Draft], bool]:
    return lambda draft: draft.concern.category_of_need in needs


def _kind(kind: ReferrerKind) -> Callable[[Draft], bool]:
    return lambda draft: draft.referrer.kind is kind


def _some_child(test: Callable[[Child], bool]) -> Callable[[Draft], bool]:
    return lambda draft: any(map(test, draft.children))


def _younger(child: Child, today: date) -> bool:
    return child.date_of_birth is not None and today - YOUNG < child.date_of_birth < today


def _is_unborn(child: Child) -> bool:
    return child.expected_date_of_birth is not None


_practitioner = _kind(ReferrerKind.PRACTITIONER)


def _private(draft: Draft) -> bool:
    return draft.referrer.kind in (ReferrerKind.PUBLIC, ReferrerKind.PARENT_OR_CARER)


# -- what is made -------------------------------------------------------------------------------------------------


def _harm(draft: Draft) -> Draft:
    summary = "Synthetic referral: a child who says they will be hurt tonight."
    return replace(draft, concern=replace(draft.concern, immediate_harm=True, summary=summary))


def _factors(draft: Draft, need: str, *factors: str) -> Draft:
    return replace(draft, concern=replace(draft.concern, category_of_need=need, factors=factors))


def _two_parental_factors(draft: Draft) -> Draft:
    need = draft.concern.category_of_need
    return _factors(draft, "N3" if need in (None, "N1") else need, "3B", "4B")


def _no_rule(draft: Draft) -> Draft:
    need = draft.concern.category_of_need
    return replace(draft, concern=replace(draft.concern, category_of_need=need if need != "N1" else "N0", factors=()))


def _with(draft: Draft, child: Child) -> Draft:
    return replace(draft, children=(*draft.children, child))


def _without_birth(draft: Draft) -> Draft:
    first, *others = draft.children or (Child(),)
    return replace(draft, children=(replace(first, date_of_birth=None, expected_date_of_birth=None), *others))


def _without_family_name(draft: Draft) -> Draft:
    return replace(draft, children=tuple(replace(child, family_name=None) for child in draft.children))


def _without_summary(draft: Draft) -> Draft:
    return replace(draft, concern=replace(draft.concern, summary=None), referrer=replace(draft.referrer, name=None))


def _without_email(draft: Draft) -> Draft:
    return replace(draft, referrer=replace(draft.referrer, email=None, phone="01632 960123"))


def _anonymous(draft: Draft) -> Draft:
    blank = replace(draft.referrer, kind=ReferrerKind.ANONYMOUS, name=None, role=None, organisation=None)
    return replace(draft, source="9", channel=Channel.ONLINE_FORM, referrer=blank)


def _by_a_child(draft: Draft) -> Draft:
    return replace(draft, source="1C", referrer=replace(draft.referrer, kind=ReferrerKind.CHILD))


def _by_the_public(draft: Draft) -> Draft:
    return replace(draft, source="1B", referrer=replace(draft.referrer, kind=ReferrerKind.PUBLIC))
