"""Every workflow there is: its steps in order, and what undoes them."""

from provisioning.workflows import abandon, activate, cease, certify, deploy, strands
from provisioning.workflows.walk import Workflow

UNDO = (abandon.clear, abandon.withdraw, abandon.close)

ACTIVATE = Workflow(
    "activate",
    (
        activate.qualify,
        activate.design,
        activate.reserve,
        activate.document,
        activate.rehearse,
        activate.approve,
    ),
    undo=UNDO,
)
DEPLOY = Workflow("deploy", (deploy.deploy, deploy.prove, deploy.tell), undo=UNDO, patient=(deploy.tell,))
CEASE = Workflow(
    "cease",
    (cease.rehearse, cease.deploy, cease.prove, cease.withdraw, cease.release),
    undo=(cease.keep,),
    patient=(cease.withdraw,),
)
ABANDON = Workflow(
    "abandon",
    (abandon.withdraw, abandon.cancel),
    undo=(abandon.cancel,),
    patient=(abandon.withdraw,),
)

ACTIVATE_STRANDS = Workflow(
    "activate-strands", (strands.qualify, strands.design, strands.reserve, strands.approve), undo=(abandon.close,)
)
DELIVER_STRANDS = Workflow("deliver-strands", (strands.prove, certify.certify), undo=(abandon.close,))
CEASE_STRANDS = Workflow("cease-strands", (strands.release,), undo=(cease.keep,), patient=(strands.release,))

WORKFLOWS = (ACTIVATE, DEPLOY, CEASE, ABANDON, ACTIVATE_STRANDS, DELIVER_STRANDS, CEASE_STRANDS)
