"""Offsets that a partner's topic lacks: the first is asked for again, the rest believed, and none is kept."""

from services.intake.partners import Gaps


def test_a_partner_that_writes_in_transactions_fills_no_memory() -> None:
    gaps = Gaps()
    assert not gaps.believed("agency.met-police.responses", 3, 1)
    assert all(gaps.believed("agency.met-police.responses", 3, offset) for offset in range(1, 1000))
    assert len(gaps._met) <= 1
