"""What devices say, as the operator's people see it: drift, whose each line is, backups."""

from flask import Response
from werkzeug.wrappers import Response as PlainResponse

from automation.errors import AutomationError
from inventory.errors import UnknownThing
from provisioning import air_desk, backup_desk, drift_desk, slot_desk
from provisioning.rights import LONGEST_REASON
from web.portal import forms
from web.portal.visit import Visit, go, show


def devices(visit: Visit) -> Response:
    """Every device with its last backup, and what the last look at each found."""
    backups = {each.device: each for each in backup_desk.last_backups(visit.tools, visit.who)}
    found = drift_desk.last_drift(visit.tools, visit.who)
    names = sorted({*visit.tools.load_snapshot().devices, *backups})
    return show(visit, "devices.html", names=names, backups=backups, drift=found)


def device(visit: Visit) -> Response:
    """A device's backups, what changed since the last, and whose each of its lines is now."""
    tools, who, name = visit.tools, visit.who, visit.path["device"]
    backups = backup_desk.backups(tools, who, name)
    away = ""
    sheet, diff = None, ""
    known = tools.load_snapshot().devices.get(name)
    is_hosted = known is not None and known.role.is_hosted  # its tenant's: nothing of ours ever speaks to it
    try:
        sheet = None if is_hosted else drift_desk.blame(tools, who, name)
        diff = backup_desk.backup_diff(tools, who, name) if backups else ""
    except (AutomationError, UnknownThing) as error:  # it is away, or its backups are all that is left of it
        away = error.sentence
    there = air_desk.tenants(tools, who, device=name)
    slots = slot_desk.tenants_on(tools, who, name)
    facts = {"backups": backups, "sheet": sheet, "diff": diff, "away": away, "tenants": there, "slots": slots}
    return show(visit, "device.html", name=name, is_hosted=is_hosted, **facts)


def take_backup(visit: Visit) -> PlainResponse:
    backup_desk.take_backups(visit.tools, visit.who, [visit.path["device"]])
    return go("device", device=visit.path["device"])


def fix(visit: Visit) -> PlainResponse:
    """Propose to put this device right; the plan's page is where it is approved."""
    why = forms.sentence(visit.form, "why", LONGEST_REASON)
    found = drift_desk.propose_fix(visit.tools, visit.who, [visit.path["device"]], why=why)
    return go("change_plan", plan_id=found.plan.id)
