"""What agencies of each role hold of the town: how much of it they know, and in which words. All of it invented."""

from mashbus.synthetic.holdings import Holding

HOLDINGS = {
    "police": Holding(
        prefix="SYN-POL",
        share=0.3,
        happenings=(
            "Officers attended the address after a noise report. No offences disclosed. (synthetic)",
            "Reported missing and found the same evening. (synthetic)",
            "Named as a witness. (synthetic)",
            "Verbal argument between adults at the address, child upstairs. (synthetic)",
            "Stopped and advised with others in the park. (synthetic)",
        ),
        risk="An adult at the address is subject to a current non-molestation order. (synthetic)",
    ),
    "health": Holding(
        prefix="SYN-HEA",
        share=0.85,
        adults=False,
        happenings=(
            "Attended the emergency department with a minor injury; account fitted. (synthetic)",
            "Was not brought to a booked appointment. (synthetic)",
            "Routine review by the health visitor, no concerns. (synthetic)",
            "Immunisations up to date. (synthetic)",
            "Seen by the GP with a recurring cough. (synthetic)",
        ),
        risk="An injury seen last week is not explained by the account given. (synthetic)",
    ),
    "education": Holding(
        prefix="SYN-EDU",
        share=0.9,
        adults=False,
        school_age_only=True,
        happenings=(
            "Attendance fell below 85 % over a half term. (synthetic)",
            "Came to school without lunch on several days. (synthetic)",
            "Fixed-term suspension of one day. (synthetic)",
            "Joined the breakfast club. (synthetic)",
            "Parents' evening attended by the mother. (synthetic)",
        ),
        risk="The child told a member of staff that they are afraid to go home. (synthetic)",
    ),
    "csc": Holding(
        prefix="SYN-CSC",
        share=0.12,
        happenings=(
            "Referral received; advice given and closed. (synthetic)",
            "Assessment completed, no further work needed. (synthetic)",
            "Child in need plan began. (synthetic)",
            "Child in need plan ended by agreement. (synthetic)",
        ),
        risk="An earlier assessment found unexplained injuries; the plan ended last month. (synthetic)",
    ),
    "early_help": Holding(
        prefix="SYN-EHP",
        share=0.2,
        happenings=(
            "A family plan was agreed with the parents. (synthetic)",
            "The family worker visited; routines at home are better. (synthetic)",
            "Parenting course begun. (synthetic)",
            "Support ended as the family wished. (synthetic)",
        ),
        risk="The family worker found a young child alone at home last week. (synthetic)",
    ),
    "camhs": Holding(
        prefix="SYN-CAM",
        share=0.1,
        adults=False,
        happenings=(
            "Referred by the GP; waiting for an assessment. (synthetic)",
            "Assessed; a course of sessions was offered. (synthetic)",
            "Did not attend; another appointment was sent. (synthetic)",
            "Discharged to the GP. (synthetic)",
        ),
        risk="The child spoke of wanting to harm themselves this month. (synthetic)",
    ),
    "probation": Holding(
        prefix="SYN-PRO",
        share=0.08,
        children=False,
        happenings=(
            "Community order began. (synthetic)",
            "Attended supervision as required. (synthetic)",
            "Missed an appointment; a warning was sent. (synthetic)",
            "Order completed. (synthetic)",
        ),
        risk="Assessed as a risk to children in the household. (synthetic)",
    ),
    "housing": Holding(
        prefix="SYN-HOU",
        share=0.3,
        happenings=(
            "Joint tenancy began. (synthetic)",
            "Rent arrears; a payment plan was agreed. (synthetic)",
            "Repair reported: damp in a bedroom. (synthetic)",
            "Complaint of noise at night. (synthetic)",
        ),
        risk="An officer saw the home without heating and with broken glass on the floor. (synthetic)",
    ),
    "domestic_abuse": Holding(
        prefix="SYN-DAS",
        share=0.06,
        children=False,
        happenings=(
            "Referred by the police; support offered. (synthetic)",
            "Safety plan agreed. (synthetic)",
            "Support ended. (synthetic)",
        ),
        risk="Heard at the high-risk conference this month. (synthetic)",
    ),
    "adult_substance_misuse": Holding(
        prefix="SYN-ASM",
        share=0.06,
        children=False,
        happenings=(
            "Began treatment. (synthetic)",
            "Attends weekly and tests clear. (synthetic)",
            "Left treatment early. (synthetic)",
        ),
        risk="Medicines that a child could reach were stored at home. (synthetic)",
    ),
}
"""By the role an organisation plays in a partnership."""
HOLDINGS |= {"social_care": HOLDINGS["csc"], "camhs_crisis": HOLDINGS["camhs"]}
ANY_ROLE = Holding(
    prefix="SYN-ORG",
    share=0.15,
    happenings=(
        "First contact; support was offered. (synthetic)",
        "Seen as agreed. (synthetic)",
        "Closed. (synthetic)",
    ),
    risk="A worker is worried about what was seen at the last visit. (synthetic)",
)
"""Of a role that is not listed."""
