"""Every workflow there is: its steps in order, and what undoes them."""

from provisioning.workflows import (
    abandon,
    activate,
    by_hand,
    carried,
    cease,
    certify,
    deploy,
    modify,
    modify_carried,
    move,
    strands,
)
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
        deploy.deploy,
        deploy.prove,
        deploy.tell,
    ),
    undo=UNDO,
    patient=(deploy.tell,),
)
CEASE = Workflow(
    "cease",
    (cease.rehearse, cease.deploy, cease.prove, cease.withdraw, cease.release),
    undo=(cease.keep,),
    patient=(cease.withdraw,),
)
MODIFY = Workflow(
    "modify",
    (
        modify.qualify,
        modify.reserve,
        modify.rehearse,
        activate.approve,
        deploy.deploy,
        modify.prove,
        deploy.tell,
    ),
    undo=(modify.put_back, modify.keep),
    patient=(deploy.tell,),
)
MOVE = Workflow(
    "move",
    (
        move.qualify,
        move.design,
        move.reserve,
        move.rehearse,
        move.approve,
        move.deploy,
        move.switch,
        move.prove,
        move.tell,
    ),
    undo=(move.put_back, move.release),
    patient=(move.tell,),
)
ACTIVATE_STRANDS = Workflow(
    "activate-strands",
    (strands.qualify, strands.design, strands.reserve, strands.approve, strands.prove, certify.certify),
    undo=(abandon.close,),
    changing=("reserve",),
)
CEASE_STRANDS = Workflow(
    "cease-strands", (strands.release,), undo=(cease.keep,), patient=(strands.release,), changing=("release",)
)
ACTIVATE_BY_HAND = Workflow(
    "activate-by-hand",
    (by_hand.qualify, by_hand.reserve, by_hand.approve, by_hand.prove),
    undo=(abandon.close,),
    changing=("reserve",),
)
CEASE_BY_HAND = Workflow(
    "cease-by-hand", (by_hand.end, by_hand.release), undo=(cease.keep,), patient=(by_hand.release,)
)

ACTIVATE_CARRIED = Workflow(
    "activate-carried",
    (
        by_hand.qualify,
        by_hand.reserve,
        carried.document,
        carried.rehearse,
        carried.approve,
        carried.deploy,
        carried.prove,
        deploy.tell,
    ),
    undo=UNDO,
    patient=(deploy.tell,),
)
MODIFY_CARRIED = Workflow(
    "modify-carried",
    (
        modify_carried.qualify,
        modify_carried.reserve,
        modify_carried.rehearse,
        carried.approve,
        deploy.deploy,
        modify_carried.prove,
        deploy.tell,
    ),
    undo=(modify_carried.put_back, modify_carried.keep),
    patient=(deploy.tell,),
)
CEASE_CARRIED = Workflow(
    "cease-carried",
    (carried.rehearse_end, carried.agree, carried.deploy_end, carried.prove_end, cease.withdraw, by_hand.release),
    undo=(cease.keep,),
    patient=(cease.withdraw, by_hand.release),
)

# What versions before 2026-11-22 began may still have to be brought to its end; nothing begins one of these now.
DEPLOY = Workflow("deploy", (deploy.deploy, deploy.prove, deploy.tell), undo=UNDO, patient=(deploy.tell,))
DELIVER_STRANDS = Workflow("deliver-strands", (strands.prove, certify.certify), undo=(abandon.close,))
ABANDON = Workflow("abandon", (abandon.withdraw, abandon.cancel), undo=(abandon.cancel,), patient=(abandon.withdraw,))
BEFORE = (DEPLOY, DELIVER_STRANDS, ABANDON)

WORKFLOWS = (
    ACTIVATE,
    MODIFY,
    MOVE,
    CEASE,
    ACTIVATE_STRANDS,
    CEASE_STRANDS,
    ACTIVATE_BY_HAND,
    CEASE_BY_HAND,
    ACTIVATE_CARRIED,
    MODIFY_CARRIED,
    CEASE_CARRIED,
    *BEFORE,
)
