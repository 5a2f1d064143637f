"""Intake, the only door: what comes from outside is checked here and restated as a fact of ours."""
