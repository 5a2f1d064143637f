"""A sixth council is a new file and no code: the guide's own examples, put together, are checked, loaded and routed by."""

import re
import textwrap
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mashbus.cli import app
from mashbus.contracts import hub
from mashbus.domain.enquiry import Actor
from mashbus.domain.partnership import Partnership
from mashbus.domain.referral import Concern, Consent
from mashbus.domain.vocabulary import ConsentStatus, Rag
from mashbus.profiles import known, load
from tests.core_story import HOUR, MONDAY, Story, only, opened, outcome, rating, referral

GUIDE = Path(__file__).parents[3] / "docs" / "partnerships.md"
DUTY = Actor(label="duty", role="duty_manager")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    text = GUIDE.read_text()
    (tmp_path / "ashdale.toml").write_text("\n".join(re.findall(r"```toml\n(.*?)```", text, re.DOTALL)))
    (settings,) = re.findall(r"((?:^    .*\n)+)", text, re.MULTILINE)
    (tmp_path / "ashdale-settings.toml").write_text(textwrap.dedent(settings))
    return tmp_path


@pytest.fixture
def ashdale(folder: Path) -> Partnership:
    return load("ashdale", folder)


def told(ashdale: Partnership, **changes: object) -> Story:
    contact = referral(partnership="ashdale", **{"concern": Concern(summary="An invented worry."), **changes})
    return opened(contact, profile=ashdale)


def rated(story: Story, rag: Rag, *pathways: str) -> list:
    assert story.case.contact is not None
    given = rating(story.case.case_id, rag, pathways=pathways, actor=DUTY, partnership="ashdale")
    return story.hear(given).triage()


def test_the_guide_s_profile_is_sound_and_served(folder: Path) -> None:
    checked = CliRunner().invoke(app, ["partnership", "check", str(folder / "ashdale.toml")])
    assert (checked.exit_code, known(folder)) == (0, ("ashdale",))
    assert "ashdale.toml: sound. Ashdale Children's Front Door, version 1+" in checked.stdout


def test_its_rule_recommends_and_its_manager_routes_with_its_clock_to_its_police(ashdale: Partnership) -> None:
    story = told(ashdale, concern=Concern(summary="An invented worry.", factors=("19C",)))
    recommended = only([one for one, _ in story.heard], hub.RoutingRecommended)[0]
    assert (recommended.rag, recommended.pathways) == (Rag.RED, ("mash",))
    routed = only(rated(story, Rag.RED, "mash"), hub.CaseRouted)[0]
    assert [request.organisation for request in routed.requests] == ["ashdale-police"]
    assert [one.organisation for one in routed.not_asked] == ["ashdale-health"]
    deadline = routed.requests[0].deadline
    assert deadline is not None
    assert deadline.due == MONDAY + 3.5 * HOUR, "four hours, less half an hour for the decision"


def test_its_guard_and_its_vocabulary_refuse(ashdale: Partnership) -> None:
    refused = Consent(status=ConsentStatus.REFUSED, reason="The parent does not agree.", action="Spoke with them.")
    story = told(ashdale, consent=refused)
    assert (
        only(rated(story, Rag.GREEN, "early-help"), hub.DecisionRefused)[0].reason
        == "Early help only with consent. (A-04)"
    )
    story = told(ashdale)
    rated(story, Rag.GREEN, "early-help")
    given = outcome(story.case.case_id, outcomes=("section-47",), actor=DUTY, partnership="ashdale")
    assert "section-47" in only(story.hear(given).outcomes(), hub.DecisionRefused)[0].reason


def test_its_open_case_goes_to_its_holder_and_its_school_is_known(ashdale: Partnership) -> None:
    assert (ashdale.known.holders, ashdale.known.team, ashdale.known.alarms) == (
        ("ashdale-social-care",), "duty", "manager"
    )  # fmt: skip
    assert [(one.name, one.instead) for one in ashdale.passes_on] == [("open", True)]
    assert ashdale.encompass is not None
    assert [one.email for one in ashdale.encompass.settings.values()] == ["key-adult@school.example"]
    assert (list(ashdale.meetings), ashdale.suppress_below) == (["daily"], 10)
    assert ashdale.calls is not None
    assert ashdale.calls.quoted


def test_its_items_are_insisted_on_and_its_duty_manager_is_alerted(ashdale: Partnership) -> None:
    story = told(ashdale, consent=Consent(status=ConsentStatus.REFUSED))
    returned = only([one for one, _ in story.heard], hub.ReferralReturned)[0]
    assert returned.missing == ("consent.reason", "consent.action")
    story = told(ashdale, concern=Concern(summary="An invented worry.", immediate_harm=True))
    assert [one.teams for one in only([one for one, _ in story.heard], hub.AlertRaised)] == [("duty",)]
