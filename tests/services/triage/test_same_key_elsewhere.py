"""One organisation may serve several councils: the same contact sent to two of them is not one contact sent twice."""

from core_story import opened, referral

from services.triage.app import OtherContent, repeated


def test_the_same_contact_under_the_same_key_in_another_partnership_is_set_aside_and_never_dropped() -> None:
    case = opened(referral()).case
    assert repeated(case, referral()) is None
    assert isinstance(repeated(case, referral(partnership="camden")), OtherContent)
