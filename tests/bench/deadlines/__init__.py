"""Deadlines measured on this machine: how many are kept and at what cost, how late a breach is, and what a public
alternative does with the same lapses.

`make bench-deadlines`, or `python -m tests.bench.deadlines --only rebuild,burst`.
"""
