"""`python -m mashbus.cli`: the `mashbus` command without an installation."""

from mashbus.cli import main

main()
