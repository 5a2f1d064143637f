"""Triage: opens cases, rates and routes them, asks the organisations."""
