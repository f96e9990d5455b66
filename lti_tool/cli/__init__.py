"""The command line `lti-tool`. A command is imported when it is called, so that `--help` answers at once."""

import click

from lti_tool.cli.group import LazyGroup

_COMMANDS = {
    "serve": ("lti_tool.cli.serve:serve", "Serve the tool to browsers and platforms."),
    "worker": ("lti_tool.cli.worker:worker", "Send waiting scores to the gradebooks."),
    "demo": ("lti_tool.cli.demo:demo", "Run a small LMS, the tool and a worker on this machine."),
    "db": ("lti_tool.cli.db:db", "Create the database or bring it up to date."),
    "platform": ("lti_tool.cli.platform:platform", "Platforms that may open the tool."),
    "registration-link": (
        "lti_tool.cli.registration_link:registration_link",
        "Print a link with which an LMS registers the tool, once.",
    ),
    "passback": ("lti_tool.cli.passback:passback", "Scores on their way to the gradebooks."),
    "purge": ("lti_tool.cli.purge:purge", "Forget what is over, now."),
    "keys": ("lti_tool.cli.keys:keys", "The tool's signing keys."),
    "roster": ("lti_tool.cli.roster:roster", "Who is in a course, as its platform lists them."),
    "content": ("lti_tool.cli.content:content", "The preparation modules."),
    "staff": ("lti_tool.cli.staff:staff", "Access for career staff."),
}


@click.group(cls=LazyGroup, commands_at=_COMMANDS)
@click.version_option(package_name="lti-tool", prog_name="lti-tool")
def main() -> None:
    """Micro-internship preparation inside Canvas and Moodle (LTI 1.3 Advantage).

    Settings come from environment variables that begin with LTI_TOOL_; see docs/operate.md.
    """
