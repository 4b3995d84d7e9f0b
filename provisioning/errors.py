"""Why something cannot be sold, ordered or delivered.

NeutralhostError
└── ProvisioningError
    ├── UnknownProduct, UnknownIsp, UnknownOrder, UnknownService     not there, or not yours
    ├── SpeedNotOffered, TermNotOffered       the product is not sold like that
    ├── RequestInvalid                        a field is missing, too long or not what it should be
    ├── NotOrderable                          qualification said no; carries its reasons
    ├── HandoverNotYours                      another ISP's handover
    ├── HandoverTagsExhausted                 every S-VLAN of the handover is in use
    ├── HandoverOversubscribed                the handover has less bandwidth left than asked for
    ├── UniTaken                              no free UNI at the premises
    ├── LinkOversubscribed                    another order took the last bandwidth of a link
    ├── IdempotencyConflict                   same key, different request
    ├── WrongState                            that cannot be done to an order or service in this state
    ├── ChangedSinceApproval                  the devices would now change otherwise than was approved
    ├── RehearsalRefused, DeployRefused, NotProven      devices refused; carries who and why
    ├── SignInRefused, TokenInvalid, Forbidden          who are you, and may you do this
    └── UserExists                            that sign-in name is taken
"""

from inventory.errors import NeutralhostError


class ProvisioningError(NeutralhostError):
    """Something cannot be sold, ordered or delivered."""

    code = "provisioning-error"
