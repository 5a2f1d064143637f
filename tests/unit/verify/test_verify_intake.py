"""Planted: contacts recorded that must not be (C-06); returned for no reason or opened against one (M-11, G-02, P8)."""

from dataclasses import replace

from verified_log import CHILD, EDUCATION, HOUR, MANAGER, T0, consistent, meta, names, only, red, uid
from verified_memory import OPEN, remembering

from mashbus.contracts import agency, hub, topics
from mashbus.domain.area import Area, Authority
from mashbus.domain.procedure import ContactType, Insistence, NotRecorded
from mashbus.domain.referral import Address, Child, Concern, Consent
from mashbus.domain.rules import Condition
from mashbus.domain.vocabulary import Channel, ConsentStatus, Handling, LawfulBasis
from mashbus.verify import judge
from mashbus.verify.receipts import Receipt

NOT_SOUGHT = Condition(fact="consent", test="is", value="not_sought")
RULE = NotRecorded(name="consent-not-sought", requirement="C-06", notice="n", conditions=(NOT_SOUGHT,))
MONEY = Insistence(items=("consent.action",), requirement="M-10", conditions=(NOT_SOUGHT,))
GIVEN = Consent(status=ConsentStatus.GIVEN, lawful_basis=LawfulBasis.CONSENT)


def all_consented(log):
    for case in ("a", "b", "d", "e"):
        log.edit(f"{case}.received", consent=GIVEN)
    return log


def counted(log, rule):
    record = hub.ContactNotRecorded(
        meta=meta("counted", None, T0), rule=rule, requirement="C-06", channel=Channel.ONLINE_FORM
    )
    log.put("counted", topics.HUB, record, T0)


def test_C_06_a_contact_that_must_not_be_recorded():
    log = all_consented(consistent()).under(not_recorded=(RULE,))
    assert judge(log.evidence()).ok
    log.edit("e.received", consent=Consent(status=ConsentStatus.NOT_SOUGHT))
    names(only(log, "recording"), uid("e"), "C-06")


def test_C_06_consent_of_which_nothing_is_said_was_not_sought():
    log = all_consented(consistent()).under(not_recorded=(RULE,))
    log.edit("e.received", consent=Consent())
    names(only(log, "recording"), uid("e"))


def test_P8_immediate_harm_is_always_recorded():
    log = all_consented(consistent()).under(not_recorded=(RULE,))
    log.edit("e.received", consent=Consent(), concern=Concern(summary="Synthetic worry.", immediate_harm=True))
    assert judge(log.evidence()).ok


def test_C_06_the_count_names_a_rule_of_the_profile():
    log = all_consented(consistent()).under(not_recorded=(RULE,))
    counted(log, RULE.name)
    assert judge(log.evidence()).verdict("recording").looked["not recorded"] == 1
    counted(log, "another")
    log.edit("counted", rule="another")
    names(only(log, "recording"), "another")


def test_M_11_returned_for_something_that_it_says():
    log = consistent()
    log.edit("b.returned", missing=("children", "referrer.name"))
    names(only(log, "returned"), uid("b"), "children")


def test_M_11_every_missing_item_is_named_at_once():
    log = consistent().under(required=("referrer.name", "referrer.contact", "children", "children[].ethnicity"))
    said = red(log)["returned"]
    names(said, uid("a"), uid("b"), uid("e"), "children[0].ethnicity")
    assert str(uid("c")) not in said  # the police's notifications are never returned


def test_M_11_opened_although_something_is_missing():
    log = consistent()
    log.edit("e.received", children=())
    names(red(log)["returned"], uid("e"), "children")


def test_M_10_what_is_insisted_on_under_a_condition():
    log = all_consented(consistent()).under(insists=(MONEY,))
    assert judge(log.evidence()).ok
    log.edit("e.received", consent=Consent(status=ConsentStatus.NOT_SOUGHT))
    names(only(log, "returned"), uid("e"), "consent.action")
    log.edit("e.received", consent=Consent(status=ConsentStatus.NOT_SOUGHT, action="asked the school"))
    assert judge(log.evidence()).ok


def test_P8_immediate_harm_owes_nothing():
    log = consistent()
    log.edit("e.received", children=(), concern=Concern(summary="Synthetic worry.", immediate_harm=True))
    assert "returned" not in judge(log.evidence()).broken


def test_G_22_what_is_no_referral_owes_nothing_that_a_referral_owes():
    kind = ContactType(name="notification", title="t", handling=Handling.PASSED_ON, requirement="G-22", reason="r")
    log = consistent().under(contact_types={"notification": kind})
    log.edit("e.received", children=(), contact_type="notification")
    assert "returned" not in red(log)
    triaged = replace(kind, handling=Handling.TRIAGE, pathways=("mash-checks",))
    log.under(contact_types={"notification": triaged})
    assert "returned" in red(log)


HERE, THERE = Authority(code="E1", name="Here"), Authority(code="E2", name="There")
AREA = Area(authority="E1", districts={"ZZ9": THERE, "E8": HERE})


def at_home(log, *cases):
    for case in cases:
        log.edit(f"{case}.received", children=(replace(CHILD, address=Address(postcode="E8 1AA")),))
    return log


def test_G_02_another_areas_child_is_not_opened():
    log = at_home(consistent().under(area=AREA), "a", "b", "d")
    names(red(log)["returned"], uid("e"), "There")
    at_home(log, "e")
    assert "returned" not in red(log)


def test_G_22_what_is_no_referral_is_not_returned_for_where_they_live_of_whom_it_tells():
    kind = ContactType(name="notification", title="t", handling=Handling.PASSED_ON, requirement="G-22", reason="r")
    log = at_home(consistent().under(area=AREA, contact_types={"notification": kind}), "a", "b", "d")
    log.edit("e.received", contact_type="notification")
    assert "returned" not in red(log)
    log.edit("e.received", concern=Concern(summary="Synthetic worry.", immediate_harm=True))
    names(red(log)["returned"], uid("e"), "There")


def test_G_02_returned_as_another_areas_and_it_is_not():
    log = at_home(consistent().under(area=AREA), "a", "b", "d", "e")
    log.edit("b.returned", missing=(), authority="There")
    names(red(log)["returned"], uid("b"), "There", "referrer.name")
    log.edit("b.received", children=(CHILD, CHILD))
    assert "returned" not in red(log)
    log.edit("b.received", children=(CHILD, replace(CHILD, address=None)))
    names(red(log)["returned"], uid("b"))


def test_G_02_the_right_authority_is_named():
    log = at_home(consistent().under(area=AREA), "a", "d", "e")
    log.edit("b.returned", missing=(), authority="Somewhere")
    names(red(log)["returned"], uid("b"), "Somewhere", "There")


def test_what_was_recorded_of_consent_before_it_was_opened_counts():
    log = all_consented(consistent()).under(insists=(MONEY,))
    log.edit("e.received", consent=Consent(status=ConsentStatus.NOT_SOUGHT))
    at = log.get("e.received").at
    consent = hub.ConsentRecorded(
        meta=meta("e.consent", uid("e"), at), actor=MANAGER, consent=GIVEN, views=(), rationale="r"
    )
    log.put("e.consent", topics.CASES, consent, at)
    log.in_time()
    assert "returned" not in red(log)
    log.place("e.consent", at=at + HOUR)
    log.in_time()
    assert "returned" in red(log)


# -- what case systems say of children --------------------------------------------------------------------------------


def case_system(log, name="news", at=T0):
    news = agency.CaseHoldingChanged(
        meta=meta(name, None, at), changed_at=at, child=Child(local_id="L-1"), holdings=(OPEN,)
    )
    log.put(name, topics.submissions_of(EDUCATION), news, at)
    return log


def test_P2_what_a_case_system_says_is_in_the_directory():
    log = case_system(remembering())
    names(only(log, "accounts"), uid("news"), "CaseHoldingChanged has no consequence")
    log.edit("held", cause_id=uid("news"))
    assert judge(log.evidence()).ok


def test_P2_older_news_of_a_child_is_told_to_be_none():
    log = case_system(remembering())
    refused = agency.AnswerRefused(
        meta=meta("old", None, T0, uid("news")), organisation=EDUCATION, request_id=None, refused_id=uid("news"),
        reason="r", remedy="m",
    )  # fmt: skip
    log.put("old", topics.requests_of(EDUCATION), refused, T0)
    assert judge(log.evidence()).ok


def test_P2_news_that_newer_news_has_replaced_may_be_gone():
    log = case_system(remembering())
    log.drop("named")
    evidence = log.evidence()
    evidence.ends[topics.DIRECTORY, 0] = evidence.ends.get((topics.DIRECTORY, 0), 0) + 1
    report = judge(evidence)
    assert report.ok
    assert report.verdict("accounts").looked["news of children that may have been replaced"] == 1


def test_P1_a_child_that_the_door_was_told_of_and_the_directory_has_not():
    log = remembering()
    log.receipts += [Receipt(70 + one, "/v1/holdings", f"k{one}", {}) for one in (1, 1)]
    assert judge(log.evidence()).ok
    log.receipts += [Receipt(73, "/v1/holdings", "k2", {})]
    names(only(log, "accepted"), "2 children were told of and 1 such are in mash.directory")
