"""`mashbus deadline explain --batch -`: a line for a line, in order, whatever the lines are."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from asking import PARTNERSHIPS, explained, mashbus, refusal

QUESTION = {"partnership": "jersey", "clock": "agency-response", "rag": "red", "from": "2026-03-10T10:00:00Z"}
BATCH = ("deadline", "explain", "--batch", "-")


def asked(*lines: object) -> list[dict[str, object]]:
    text = "".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines)
    answer = mashbus(*BATCH, stdin=text)
    assert answer.exit_code == 0
    return [json.loads(line) for line in answer.stdout.splitlines()]


def test_answers_are_those_of_json_in_the_order_of_the_questions() -> None:
    red, screening = asked(QUESTION, {"partnership": "hackney", "clock": "csc-screening", "from": QUESTION["from"]})
    assert red == explained(*QUESTION.values())
    assert screening == explained("hackney", "csc-screening", None, QUESTION["from"])


def test_reading_7_a_line_may_tell_of_reratings() -> None:
    rerate = [{"rag": "amber", "at": "2026-03-10T11:00:00Z"}, {"rag": "red", "at": "2026-03-10T12:00:00Z"}]
    [answer] = asked({**QUESTION, "rerate": rerate})
    assert answer == explained(*QUESTION.values(), *(f"{one['rag']}@{one['at']}" for one in rerate))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("rubbish", "not JSON"),
        ("", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "not a JSON object"),
        ({"partnership": "jersey"}, "the line has no clock, from"),
        ({**QUESTION, "colour": "red"}, "nobody asked for: colour"),
        ({**QUESTION, "rag": 1}, "rag must be text"),
        ({**QUESTION, "rag": "blue"}, "its colours are red, amber, green"),
        ({**QUESTION, "clock": "x"}, "it has: agency-response, mash-decision"),
        ({**QUESTION, "partnership": "x" * 5000}, "cannot be read"),
        ({**QUESTION, "partnership": "\ud800\0"}, "there are: cambridgeshire"),
        ({**QUESTION, "from": "2026-03-10T10:00:00"}, "neither an offset nor Z"),
        ({**QUESTION, "rerate": {"rag": "red"}}, "rerate must be a list"),
        ({**QUESTION, "rerate": [{"rag": "red"}]}, 'each of rerate must be {"rag": colour, "at": instant}'),
    ],
)
def test_a_line_without_an_answer_is_answered_by_an_error_in_its_place(line: object, said: str) -> None:
    before, error, after = asked(QUESTION, line, QUESTION)
    assert before == after == explained(*QUESTION.values())
    assert error.keys() == {"error", "exit"}
    assert error["exit"] == 2
    assert said in str(error["error"])


def test_bytes_that_are_no_text_are_an_error_too() -> None:
    answer = mashbus(*BATCH, stdin=b'\xff\xfe\n{"partnership": "\xe9"}\n')
    assert answer.exit_code == 0
    assert [json.loads(line)["exit"] for line in answer.stdout.splitlines()] == [2, 2]


def test_nothing_asked_is_nothing_answered() -> None:
    answer = mashbus(*BATCH, stdin="")
    assert (answer.exit_code, answer.stdout) == (0, "")


def test_a_batch_asks_nothing_beside() -> None:
    assert "leave the other options out" in refusal(mashbus(*BATCH, "--partnership", "jersey"))


def test_reading_14_a_calendar_that_ends_is_told_once() -> None:
    lines = "".join(f"{json.dumps({**QUESTION, 'from': f'2030-01-0{day}T10:00:00Z'})}\n" for day in range(1, 6))
    answer = mashbus(*BATCH, stdin=lines)
    assert answer.stderr.count("known until 2030-12-31 only") == 1
    assert answer.stdout.count("\n") == 5


def test_each_answer_comes_before_the_next_question_is_asked() -> None:
    """Another program can ask, read, and ask again."""
    environment = {**os.environ, "MASHBUS_PARTNERSHIPS": str(PARTNERSHIPS)}
    with subprocess.Popen(
        [sys.executable, "-m", "mashbus.cli", *BATCH], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env=environment, cwd=Path(__file__).parents[3],
    ) as talking:  # fmt: skip
        assert talking.stdin
        assert talking.stdout
        for hour in (10, 11):
            print(json.dumps({**QUESTION, "from": f"2026-03-10T{hour}:00:00Z"}), file=talking.stdin, flush=True)
            assert json.loads(talking.stdout.readline())["due"] == f"2026-03-10T{hour + 4}:00:00Z"
        talking.stdin.close()
        assert talking.wait() == 0
