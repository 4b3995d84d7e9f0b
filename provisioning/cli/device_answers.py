"""`neutralhost device config|facts|check`: what the devices themselves say."""

import click

from automation.identity import Identity
from inventory.counted import counted
from provisioning.cli.house import open_house
from provisioning.cli.last_words import EXIT_DONE, EXIT_ERROR
from provisioning.cli.managed import managed_devices
from provisioning.cli.output import Output, current_output, sheet
from provisioning.cli.words import safe


def config(name: str) -> None:
    output = current_output()
    with open_house() as house:
        house.tools.load_snapshot().device(name)
        text = house.tools.deployer.running_config(name)
    output.answer({"device": name, "config": text}, lambda: _print_config(text))


def facts(name: str) -> None:
    output = current_output()
    with open_house() as house:
        found = house.tools.reader.identity(name)
    output.answer({"facts": found}, lambda: _print_facts(found, output))


def check(patterns: tuple[str, ...]) -> int:
    output = current_output()
    with open_house() as house:
        devices = managed_devices(house.tools.load_snapshot(), patterns)
        answers = house.tools.deployer.reachable([device.name for device in devices])
    rows = (
        (device.name, device.management_address or "", "ok" if answers[device.name] else "fail") for device in devices
    )
    output.answer({"reachable": answers}, lambda: output.table(sheet(("device", "address", "answer"), rows)))
    away = [name for name, answered in answers.items() if not answered]
    output.say(f"{len(answers) - len(away)} of {counted(len(answers), 'device')} answer.")
    return EXIT_ERROR if away else EXIT_DONE


def _print_facts(found: Identity, output: Output) -> None:
    output.facts(
        (
            ("device", found.device),
            ("calls itself", found.hostname),
            ("vendor", found.vendor),
            ("model", found.model),
            ("software", found.version),
            ("serial", found.serial),
            ("up for", f"{found.uptime_s / 86_400:.1f} days" if found.uptime_s >= 0 else "it does not say"),
            ("ports", str(len(found.ports))),
        )
    )


def _print_config(text: str) -> None:
    click.echo("\n".join(safe(line.expandtabs(4)) for line in text.splitlines()))
