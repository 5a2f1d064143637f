"""What every agency adapter must hold to, as tests.

A partner's whole test file::

    class TestOurs(AgencyConformance):
        organisation = "our-id"

        def open_records(self):
            return OurRecords(...)

pytest runs them; no plugin, broker or container is needed. Our own three agencies pass the very same suite.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from mashbus.bus.agency.finding import SystemOfRecord
from mashbus.bus.headers import normalise
from mashbus.contracts.agency import (
    InformationRequested,
    InformationReturned,
    RequestDeclined,
    RequestSeen,
    RiskFlagged,
)
from mashbus.contracts.topics import responses_of
from mashbus.domain.vocabulary import Knowledge
from mashbus.testing.rehearsal import Rehearsal, Said
from mashbus.testing.requests import CHILD, MOTHER, asked, example, samples, told, withdrawn

ANSWERS = (InformationReturned, RequestDeclined)
POISON = (b"", b"\x00", b"\xde\xad\xbe\xef", b"\x00\x7f\xff\xff\xff" + b"\x02" * 40, bytes(range(256)), None)
"""Nothing, half a frame, random bytes, an unknown schema id, random bytes of some length, and a deletion."""


class AgencyConformance:
    organisation: str

    def open_records(self) -> SystemOfRecord:
        """The adapter under test, new for each test, on synthetic data only."""
        raise NotImplementedError

    def own_requests(self) -> Sequence[InformationRequested]:
        """Requests about people whom the adapter's synthetic data knows, or nearly knows. Worth having: see `asked`."""
        return ()

    def _requests(self) -> tuple[InformationRequested, ...]:
        return (example(self.organisation), *samples(self.organisation), *self.own_requests())

    def test_it_answers_each_request_once_and_says_first_that_it_was_seen(self) -> None:
        async def story(rehearsal: Rehearsal) -> None:
            for request in self._requests():
                said = await rehearsal.tell(request)
                assert isinstance(said[0].record, RequestSeen)
                assert len(_answers(said)) == 1, "one answer a request: InformationReturned or RequestDeclined"
                assert isinstance(said[-1].record, ANSWERS), "the answer is the last word"
            assert not rehearsal.parked, [one.reason for one in rehearsal.parked]

        self._play(story)

    def test_it_answers_nothing_but_the_request_it_was_asked(self) -> None:
        async def story(rehearsal: Rehearsal) -> None:
            for request in self._requests():
                for one in await rehearsal.tell(request):
                    assert one.record.request_id == request.request_id  # type: ignore[attr-defined]
                    assert one.record.meta.cause_id == request.meta.event_id
                    assert one.record.meta.case_id == request.meta.case_id
                    assert one.record.meta.partnership == request.meta.partnership
                    assert one.topic == responses_of(self.organisation)

        self._play(story)

    def test_requests_that_come_together_are_not_mixed_up(self) -> None:
        async def story(rehearsal: Rehearsal) -> None:
            requests = self._requests()
            said = await rehearsal.tell(*requests)
            by_request = {one.record.request_id: one.record for one in _answers(said)}  # type: ignore[attr-defined]
            assert by_request.keys() == {request.request_id for request in requests}
            alone = [_answers(await rehearsal.tell(request))[0].record for request in requests]
            assert [by_request[request.request_id] for request in requests] == alone

        self._play(story)

    def test_only_a_known_person_is_spoken_of(self) -> None:
        async def story(rehearsal: Rehearsal) -> None:
            for request in self._requests():
                said = await rehearsal.tell(request)
                answer = _answers(said)[0].record
                if isinstance(answer, InformationReturned) and answer.knowledge is not Knowledge.KNOWN:
                    assert (answer.summary, answer.analysis, answer.chronology) == (None, None, ())
                    flags = [one for one in said if isinstance(one.record, RiskFlagged)]
                    assert not flags, "a risk is told only of people who are known for certain"

        self._play(story)

    def test_doing_it_again_says_the_same_under_the_same_ids(self) -> None:
        async def story(rehearsal: Rehearsal) -> None:
            for request in self._requests():
                first, again = await rehearsal.tell(request), await rehearsal.tell(request)
                assert [one.record for one in first] == [one.record for one in again]
                assert len({one.record.meta.event_id for one in first}) == len(first)

        self._play(story)

    def test_what_it_says_is_the_contract_byte_for_byte(self) -> None:
        async def story(rehearsal: Rehearsal) -> None:
            for one in await rehearsal.tell(*self._requests()):
                assert rehearsal.codec.decode(one.topic, one.value, normalise(one.headers)) == one.record
                assert rehearsal.codec.encode(one.topic, one.record) == one.value

        self._play(story)

    def test_keys_and_headers_tell_nothing_of_anybody(self) -> None:
        async def story(rehearsal: Rehearsal) -> None:
            request = asked(self.organisation, "opaque", adults=(MOTHER,))
            for one in await rehearsal.tell(request):
                assert one.key == str(request.meta.case_id)
                open_to_all = b" ".join(value for _, value in one.headers)
                for private in (CHILD.given_name, CHILD.family_name, CHILD.nhs_number, MOTHER.given_name):
                    assert (private or "?").encode() not in open_to_all

        self._play(story)

    def test_what_cannot_be_read_is_parked_and_stops_nothing(self) -> None:
        async def story(rehearsal: Rehearsal) -> None:
            request = asked(self.organisation, "behind the poison")
            poison = [rehearsal.raw(value) for value in POISON]
            said = await rehearsal.hand_over(*poison, rehearsal.received(request))
            assert len(_answers(said)) == 1
            assert {one.received.value for one in rehearsal.parked} == set(POISON), "the original bytes are kept"
            assert all(one.reason and one.detail for one in rehearsal.parked)

        self._play(story)

    def test_headers_that_are_null_or_no_text_harm_nothing(self) -> None:
        async def story(rehearsal: Rehearsal) -> None:
            good = rehearsal.received(asked(self.organisation, "odd headers"))
            odd = (("x-null", None), ("x-bytes", b"\xff\xfe"), ("reply_to", b"mash.cases"), *good.headers)
            said = await rehearsal.hand_over(rehearsal.raw(good.value, odd, good.key))
            assert len(_answers(said)) == 1
            assert {one.topic for one in said} == {responses_of(self.organisation)}, "reply_to is not believed"

        self._play(story)

    def test_a_withdrawn_request_is_not_answered(self) -> None:
        async def story(rehearsal: Rehearsal) -> None:
            request = asked(self.organisation, "withdrawn")
            await rehearsal.tell(withdrawn(request))
            assert await rehearsal.tell(request) == ()

        self._play(story)

    def test_a_request_for_somebody_else_is_not_answered(self) -> None:
        async def story(rehearsal: Rehearsal) -> None:
            request = asked(self.organisation, "elsewhere").model_copy(update={"organisation": "somebody-else"})
            assert await rehearsal.tell(request) == ()
            assert [one.reason for one in rehearsal.parked] == ["addressed_elsewhere"]

        self._play(story)

    def test_what_the_hub_tells_is_kept_for_a_person_and_not_answered(self) -> None:
        async def story(rehearsal: Rehearsal) -> None:
            for record in told(asked(self.organisation, "told")):
                assert await rehearsal.tell(record) == ()
                assert rehearsal.desk.notes(type(record)) == (record.model_dump_json(),)

        self._play(story)

    def _play(self, story: Callable[[Rehearsal], Awaitable[None]]) -> None:
        async def play() -> None:
            async with Rehearsal(self.organisation, self.open_records()) as rehearsal:
                await story(rehearsal)

        asyncio.run(play())


def _answers(said: Sequence[Said]) -> list[Said]:
    return [one for one in said if isinstance(one.record, ANSWERS)]
