"""The command `forthepoor`: the whole platform on this machine."""

import os
import subprocess
import sys
from typing import Annotated, NoReturn

import httpx2
import typer
from rich.console import Console
from rich.table import Table

from local import background
from local.binaries import PostgresMissingError
from local.home import CHECKOUT, Home, State
from local.platform import AlreadyRunningError, Platform, PortTakenError, database_server, prepare
from local.ports import LOOPBACK
from local.postgres import Cluster, ClusterError
from local.processes import Snapshot, StartFailedError
from local.tokens import Signer, TokenRefusedError

app = typer.Typer(
    help="For the Poor: the registry, the fund and the loans, on this machine.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
_out = Console(highlight=False, soft_wrap=True)
_err = Console(stderr=True, highlight=False, soft_wrap=True)

Port = Annotated[int | None, typer.Option(min=1, max=65535, help="The gateway's port. 8000 or the next free one.")]


@app.command()
def up(
    *,
    port: Port = None,
    detach: Annotated[bool, typer.Option("--detach", "-d", help="Return once everything runs.")] = False,
) -> None:
    """Start everything and keep it running; Ctrl-C stops it."""
    home = Home.of_this_checkout()
    if home.in_use:
        _already(home)
        return
    if detach:
        _welcome(_start(home, port))
        _out.print("Stop it with [bold]forthepoor down[/].")
        return
    try:
        Platform(home, _say, port=port).run(_welcome)
    except AlreadyRunningError:
        _already(home)
    except (PortTakenError, ClusterError, PostgresMissingError, StartFailedError, OSError) as error:
        _fail(str(error))
    except KeyboardInterrupt:
        _say("stopped while starting")
        raise typer.Exit(130) from None
    else:
        _say("everything is stopped; the data stays")


@app.command()
def demo(
    *,
    port: Port = None,
    once: Annotated[bool, typer.Option("--once", help="Stop the platform afterwards if it was not up.")] = False,
) -> None:
    """Load the story of Mai Sơn through the public API and show what came of it."""
    home = Home.of_this_checkout()
    was_up = home.in_use
    state = _current(home) if was_up else _start(home, port)
    told = os.environ | {"GATEWAY_URL": state.gateway, "ISSUER": state.issuer}
    try:
        status = subprocess.run([sys.executable, "-m", "demo"], cwd=CHECKOUT, env=told, check=False).returncode
    finally:
        if once and not was_up:
            background.stop(home)
    if not (once and not was_up):
        _out.print("The platform stays up; stop it with [bold]forthepoor down[/].")
    raise typer.Exit(status)


@app.command()
def migrate() -> None:
    """Bring every database to the tables that this code wants."""
    home = Home.of_this_checkout()
    home.create()
    try:
        with database_server(home) as server:
            prepare(server, _say)
    except (ClusterError, PostgresMissingError, OSError) as error:
        _fail(str(error))


@app.command()
def status() -> None:
    """Show what runs, where, and whether it takes requests. Exit status 1 unless all of it does."""
    home = Home.of_this_checkout()
    state = _current(home)
    table = Table("program", "process", "address", "ready", "restarts", box=None, padding=(0, 2, 0, 0))
    ready = {program.name: _is_ready(program) for program in state.programs}
    if state.postgres is not None:
        cluster = Cluster(home.postgres)
        ready["postgres"] = cluster.running()
        address = f"{LOOPBACK}:{cluster.port}"
        table.add_row("postgres", str(cluster.pid or "-"), address, _yes_or_no(takes=ready["postgres"]), "")
    for program in state.programs:
        answer = _yes_or_no(takes=ready[program.name])
        process, restarts = str(program.pid or "-"), str(program.restarts)
        table.add_row(program.name, process, program.address or "", answer, restarts)
    _out.print(table)
    if not all(ready.values()) or state.phase != "up":
        raise typer.Exit(1)


@app.command()
def token(
    login: Annotated[str, typer.Option("--as", help="Whose: treasurer, commune-officer:04105, partner-bank:vbsp …")],
    request: Annotated[
        str | None, typer.Option(metavar="'METHOD URL'", help="Print the headers of this request instead.")
    ] = None,
) -> None:
    """Print an access token, or with --request the headers for one request (curl -H @-)."""
    home = Home.of_this_checkout()
    try:
        signer = Signer(home, _current(home).issuer, login)
        minted = signer.token()
    except TokenRefusedError as error:
        _fail(str(error))
    if request is None:
        sys.stdout.write(f"{minted}\n")
        if signer.bound:
            _err.print(
                f"This token is bound to the key in {signer.key_file}: each request needs a DPoP proof. "
                f"Get one with: forthepoor token --as {login} --request 'GET http://…'"
            )
        return
    method, _, url = request.partition(" ")
    if not url.startswith("http"):
        _fail("--request reads like: 'GET http://127.0.0.1:8000/v1/loans/programmes'")
    for name, value in signer.headers(minted, method, url).items():
        sys.stdout.write(f"{name}: {value}\n")


@app.command()
def down() -> None:
    """Stop everything; the data stays."""
    try:
        background.stop(Home.of_this_checkout())
    except background.NotRunningError:
        _say("nothing runs")
    else:
        _say("everything is stopped; the data stays")


def main() -> None:
    app()


def _start(home: Home, port: int | None) -> State:
    try:
        with _err.status("starting the platform; the first time takes longest"):
            return background.start(home, port)
    except background.NotStartedError as error:
        _fail(str(error))


def _current(home: Home) -> State:
    try:
        return background.current(home)
    except background.NotRunningError:
        _fail("Nothing runs. Start it with: forthepoor up")


def _already(home: Home) -> None:
    state = home.state()
    if state is None or state.phase != "up":
        _say("another start is under way; look at it with: forthepoor status")
    else:
        _out.print(f"already running at {state.gateway}")


def _welcome(state: State) -> None:
    _out.print(f"[bold green]The platform is up:[/] {state.gateway}")
    _out.print(f"  API pages {state.gateway}/docs   sign-in {state.issuer}   logs {Home.of_this_checkout().logs}")


def _yes_or_no(*, takes: bool) -> str:
    return "[green]yes[/]" if takes else "[red]no[/]"


def _is_ready(program: Snapshot) -> bool:
    if program.ready_url is None or program.pid is None:
        return program.pid is not None
    try:
        return httpx2.get(program.ready_url, timeout=3, trust_env=False).is_success
    except httpx2.HTTPError:
        return False


def _say(sentence: str) -> None:
    _out.print(sentence, markup=False)


def _fail(reason: str) -> NoReturn:
    _err.print(reason, markup=False, style="red")
    raise typer.Exit(1)
