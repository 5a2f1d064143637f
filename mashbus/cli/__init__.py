"""The `mashbus` command: one sub-command for each thing an operator does."""

import typer

from mashbus.cli import (
    calendar,
    clock,
    deadline,
    deadlines,
    demo,
    directory,
    imports,
    keys,
    partnership,
    quarantine,
    run,
    schemas,
    stack,
    synthetic,
    topics,
    verify,
)

app = typer.Typer(no_args_is_help=True, pretty_exceptions_show_locals=False)
app.command()(demo.demo)
app.command()(run.run)
app.command()(verify.verify)
app.add_typer(calendar.app, name="calendar")
app.add_typer(clock.app, name="clock")
app.add_typer(deadline.app, name="deadline")
app.add_typer(deadlines.app, name="deadlines")
app.add_typer(directory.app, name="directory")
app.add_typer(imports.app, name="import")
app.add_typer(keys.app, name="keys")
app.add_typer(partnership.app, name="partnership")
app.add_typer(quarantine.app, name="quarantine")
app.add_typer(schemas.app, name="schemas")
app.add_typer(stack.app, name="stack")
app.add_typer(synthetic.app, name="synthetic")
app.add_typer(topics.app, name="topics")


def main() -> None:
    app()
