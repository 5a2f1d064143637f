"""`mashbus verify`: the independent proof that the promises held.

It reads the log, the groups' offsets, the mail folder and the clients' receipts, and shares no deciding code with the
services: what must be in the log is worked out anew from the log.
"""

from mashbus.verify.log import LogUnreadable
from mashbus.verify.receipts import BadReceipts
from mashbus.verify.report import Report
from mashbus.verify.verifying import judge, verify

__all__ = ["BadReceipts", "LogUnreadable", "Report", "judge", "verify"]
