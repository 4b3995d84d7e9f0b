"""Write docs/reference/rights.md from the table of rights: `python -m provisioning.rights_reference`.

A test says whether the page is what this would write.
"""

from collections.abc import Iterator
from pathlib import Path

from provisioning.dangers import Danger
from provisioning.isps import ISP_ROLES, STAFF_ROLES, Role, Scope
from provisioning.policy import CLIENT_SCOPES, RULES, Action, Rule, allowed_to

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "rights.md"
STAFF = tuple(role for role in Role if role in STAFF_ROLES)
ISPS = tuple(role for role in Role if role in ISP_ROLES)
HEAD = """# Rights

*Written by `make docs` from the code (`provisioning/policy.py`); change the table there, not this page.*

Nothing is allowed that does not stand here. A user has a role, and may have further ones of the same side: then it may
do what any of them may. An ISP's people see their own ISP's things; another's does not exist for them, whatever their
role. A token may do what its user may, within its scopes if it has any; an ISP's OAuth2 client what an `isp-admin` may,
within its scopes. How to give roles, tokens and clients: [People and machines](../how-to/people.md).

| role | side | what it is for |
|---|---|---|
| `operator` | operator | runs the neutral host: may do all of it |
| `engineer` | operator | plant and devices |
| `approver` | operator | decides on orders and what they cost more |
| `noc` | operator | reads everything operational, works on tickets, pauses and resumes; approves nothing |
| `council` | operator | the city: coverage, resilience and consents; no ISP's orders |
| `auditor` | either | reads all of its side, the audit trail too; writes nothing but its own tokens and password |
| `isp-admin` | ISP | its ISP's users, tokens, clients and listeners, and all that an ISP's user may |
| `isp-user` | ISP | qualifies, orders and follows for its ISP |
"""


def page() -> str:
    """Return the whole page as Markdown."""
    parts = [HEAD, *_matrix(), "", *_scopes(), "", *_dangers()]
    return "\n".join(parts).rstrip() + "\n"


def _matrix() -> Iterator[str]:
    yield "## Who may do what"
    yield ""
    heads = [*(f"{role}" for role in STAFF), *(f"ISP: {role}" for role in ISPS)]
    yield f"| may | {' | '.join(heads)} | scope |"
    yield f"|---|{':-:|' * len(heads)}---|"
    for action, rule in RULES.items():
        yield f"| {action} | {' | '.join(_marks(action))} | {_scope(rule)} |"


def _marks(action: Action) -> Iterator[str]:
    for role in STAFF:
        yield "yes" if allowed_to({role}, action, isp=False) else "–"
    for role in ISPS:
        yield "yes" if allowed_to({role}, action, isp=True) else "–"


def _scope(rule: Rule) -> str:
    return "any" if rule.scope is None else f"`{rule.scope}`"


def _scopes() -> Iterator[str]:
    yield "## Scopes"
    yield ""
    yield "What a token or client can be limited to."
    yield ""
    yield "| scope | opens | for clients |"
    yield "|---|---|---|"
    for scope in Scope:
        opens = ", ".join(action for action, rule in RULES.items() if rule.scope is scope)
        yield f"| `{scope}` | {opens} | {'yes' if scope in CLIENT_SCOPES else '–'} |"


def _dangers() -> Iterator[str]:
    yield "## What takes two people"
    yield ""
    yield "Of these approvals the first is kept and told in the order's life, and the second lets the work begin: two"
    yield "different people who may both approve, neither of whom placed the order, of one and the same plan."
    yield ""
    yield from (f"- {danger}" for danger in Danger)
    yield ""
    yield "An order is large from `NEUTRALHOST_TWO_APPROVALS_FROM_MBPS` on. The command line counts as one person."


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
