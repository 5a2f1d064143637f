"""Outcomes: collates the enquiry, acts on a manager's outcome, tells the referrer and the agencies that answered."""
