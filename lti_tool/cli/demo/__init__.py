"""`lti-tool demo`: the sandbox LMS, the tool and a worker on this machine, with a class in progress."""

import shutil
from pathlib import Path

import click

from lti_tool.errors import SettingError

_HIGHEST_PORT = 65535
# Kept beside the data, so that only folders that the demo made are ever removed.
MARKER = "this-folder-belongs-to-the-demo"


@click.command()
@click.option("--folder", type=click.Path(path_type=Path), default=Path(".demo"), show_default=True, help="Its data.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, _HIGHEST_PORT), help="Of the tool.")
@click.option("--lms-port", default=9000, show_default=True, type=click.IntRange(1, _HIGHEST_PORT), help="Of the LMS.")
@click.option("--rules", type=click.Choice(["moodle", "canvas"]), default="canvas", show_default=True, help="At first.")
@click.option(
    "--content", type=click.Path(path_type=Path, exists=True, file_okay=False), help="Modules to add to ours."
)
@click.option("--reset", is_flag=True, help="Forget the data and end.")
def demo(folder: Path, port: int, lms_port: int, rules: str, content: Path | None, *, reset: bool) -> None:
    """Run the sandbox LMS, the tool and a worker; the first start seeds a class of 25. Ctrl-C stops all."""
    if reset:
        forget(folder)
        click.echo("The demo's data is gone. `lti-tool demo` starts afresh.")
        return
    # Imported here: `--reset` and `--help` answer at once.
    from lti_tool.cli.demo.processes import Demo

    Demo(claim(folder), port=port, lms_port=lms_port, rules=rules, content=content).run()


def claim(folder: Path) -> Path:
    """The demo's own folder, made if it is missing; an existing folder of somebody else's is refused."""
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MARKER).exists():
        raise SettingError(f"{folder} is not a folder of the demo. Name another with --folder.")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARKER).touch()
    return folder.absolute()


def forget(folder: Path) -> None:
    """Remove the demo's folder, and no other."""
    if not folder.exists():
        return
    if not (folder / MARKER).exists():
        raise SettingError(f"{folder} is not a folder of the demo, so it stays.")
    shutil.rmtree(folder)
