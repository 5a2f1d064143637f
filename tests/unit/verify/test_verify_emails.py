"""Planted: emails doubled, lost, unexplained, or to somebody else."""

from dataclasses import replace

from verified_log import HEALTH, T0, consistent, names, only, quarantine, uid

from mashbus.contracts import hub, topics
from mashbus.domain import ids
from mashbus.domain.vocabulary import EmailKind
from mashbus.verify import judge
from mashbus.verify.mail import Mail, marked, read_mails


def test_an_email_asked_for_under_two_ids():
    log = consistent()
    log.again("a.email.outcome", "second", event_id=uid("second"))
    log.again(
        "a.email.outcome.sent",
        "second.sent",
        event_id=uid("second.sent"),
        cause_id=uid("second"),
        message_id="<second@x>",
    )
    log.mails.append(Mail("second.eml", "<second@x>", None))
    names(only(log, "emails"), uid("a"), uid("a.email.outcome"), uid("second"))


def test_an_email_that_never_ended():
    log = consistent()
    log.drop("a.email.outcome.sent")
    names(only(log, "emails"), uid("a.email.outcome"))


def test_an_email_under_way_is_pending_on_a_running_bus():
    log = consistent()
    log.drop("a.email.outcome.sent")
    topic, partition, offset = log.offset("a.email.outcome")
    log.committed["mashbus.mailer", topic, partition] = offset
    report = judge(log.evidence(settled=False))
    assert report.ok
    assert str(uid("a.email.outcome")) in str(report.verdict("emails").pending[0])


def test_an_email_that_waits_in_the_mailers_quarantine_is_pending():
    log = consistent()
    log.drop("a.email.outcome.sent")
    quarantine(log, "q", "a.email.outcome", "mailer")
    assert judge(log.evidence()).ok


def test_an_email_that_ended_twice():
    log = consistent()
    meta = log.record("a.email.outcome.sent").meta.model_copy(update={"event_id": uid("failed")})
    failed = hub.EmailFailed(meta=meta, kind=EmailKind.OUTCOME, reason="smtp_550", attempts=1)
    log.put("failed", topics.EMAILS, failed, T0)
    names(only(log, "emails"), uid("a.email.outcome"), uid("failed"))


def test_an_email_that_its_channel_took_and_gave_up_later_ended_once():
    log = consistent()
    meta = log.record("a.email.outcome.sent").meta.model_copy(update={"event_id": uid("failed")})
    failed = hub.EmailFailed(
        meta=meta, kind=EmailKind.OUTCOME, reason="technical-failure", attempts=0, channel="notify"
    )
    log.put("failed", topics.EMAILS, failed, T0)
    assert judge(log.evidence()).ok


def test_an_email_by_notify_is_found_in_the_folder_by_its_reference():
    log = consistent()
    reference = f"{uid('a.email.outcome')}/{uid('a')}/outcome/hackney"
    log.drop("a.email.outcome.sent")
    log.mails = [mail for mail in log.mails if not mail.file.startswith("a.email.outcome")]
    log.mails.append(Mail("n.eml", reference, None))
    names(only(log, "emails"), uid("a.email.outcome"))  # not yet said to be sent, and not said to be nobody's


def test_an_eml_file_that_nobody_asked_for():
    log = consistent()
    log.mails.append(Mail("stranger.eml", "<stranger@example.invalid>", None))
    names(only(log, "emails"), "stranger.eml")


def test_an_eml_file_without_a_message_id():
    log = consistent()
    log.mails.append(Mail("bare.eml", "", None))
    names(only(log, "emails"), "bare.eml")


def test_an_email_sent_twice_with_the_same_message_id_is_counted():
    log = consistent()
    log.mails.append(log.mails[0]._replace(file="a.email.acknowledgement.1.eml"))
    report = judge(log.evidence())
    assert report.ok
    assert report.verdict("emails").looked["sent again with the same Message-ID"] == 1


def test_an_email_sent_under_two_message_ids():
    log = consistent()
    log.mails.append(Mail("other.eml", f"<{uid('a.email.outcome')}@elsewhere.invalid>", None))
    names(only(log, "emails"), uid("a.email.outcome"))


def test_an_email_that_was_said_to_be_sent_and_was_not():
    log = consistent()
    log.mails = [one for one in log.mails if one.file != "a.email.outcome.eml"]
    names(only(log, "emails"), uid("a.email.outcome"))


def test_an_email_to_somebody_else():
    log = consistent()
    log.mails[0] = log.mails[0]._replace(to=hash("other@example.invalid"))
    names(only(log, "emails"), log.mails[0].file)


def test_a_suppressed_email_that_was_sent_all_the_same():
    log = consistent()
    meta = log.record("a.email.outcome.sent").meta
    log.place("a.email.outcome.sent", record=hub.EmailSuppressed(meta=meta, kind=EmailKind.OUTCOME, reason="not_told"))
    names(only(log, "emails"), uid("a.email.outcome"))


def test_a_referrer_who_was_told_nothing():
    log = consistent()
    log.entries = [one for one in log.entries if not (one.topic == topics.EMAILS and one.name.startswith("b."))]
    log.mails = [one for one in log.mails if not one.file.startswith("b.")]
    names(only(log, "emails"), uid("b"), "returned")


def test_a_referrer_without_an_address_and_no_word_of_it():
    log = consistent()
    log.drop("d.untold")
    names(only(log, "emails"), ids.case_of_client(HEALTH, "k"), "returned")


def test_without_a_mail_folder_the_log_is_judged_all_the_same(tmp_path):
    assert read_mails(tmp_path / "none") is None
    log = consistent()
    assert judge(replace(log.evidence(), mails=None)).ok


def test_an_email_that_came_while_the_log_was_read_is_not_held_against_anybody():
    """Found on a running bus: its EmailRequested was newer than what had been read of the log."""
    log = consistent()
    new = Mail("new.eml", f"<{uid('newer')}@example.invalid>", None)
    log.mails = list(marked(tuple(log.mails), (*log.mails, new)) or ())
    assert judge(log.evidence()).ok
    assert [mail.file for mail in log.mails if mail.late] == ["new.eml"]


def test_the_mail_folder_is_read_by_its_headers(tmp_path):
    text = b"X-MailFrom: hub@example.invalid\r\nX-RcptTo: Wilma@example.invalid\r\nMessage-ID: <id@x>\r\n\r\nbody"
    (tmp_path / "one.eml").write_bytes(text)
    assert read_mails(tmp_path) == (Mail("one.eml", "<id@x>", hash("wilma@example.invalid")),)


def test_an_email_by_another_channel_leaves_no_file():
    log = consistent()
    log.edit("a.email.outcome.sent", channel="govuk_notify", message_id="740e5834-3a29-46b4-9a6f-16142fde533a")
    log.mails = [one for one in log.mails if one.file != "a.email.outcome.eml"]
    assert judge(log.evidence()).ok
