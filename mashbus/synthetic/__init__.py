"""Synthetic people, referrals and census files: everything made from a seed, nothing of it real, and plainly so."""
