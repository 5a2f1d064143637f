"""Reports for those who answer for the hub: themes without a name, the audit sample, the advice line."""
