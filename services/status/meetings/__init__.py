"""Meetings as readers see them: when they are, what is on their agendas, what they decided (H-12, G-12, G-14)."""
