"""The `mashbus` command: one sub-command for each thing an operator does."""

import typer

from mashbus.cli import stack, synthetic

app = typer.Typer(no_args_is_help=True, pretty_exceptions_show_locals=False)
app.add_typer(stack.app, name="stack")
app.add_typer(synthetic.app, name="synthetic")


def main() -> None:
    app()
