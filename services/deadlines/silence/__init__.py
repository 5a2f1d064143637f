"""Organisations that have stopped reading while they owe answers: said before the deadline, so that people can ring."""
