"""What every error of ours is to whoever asks over HTTP: the only place that knows status codes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from automation import device_certificate_errors as device_certificate
from automation import errors as automation
from automation import limit_errors as limit
from automation import uci_errors as uci
from automation import wireless_errors as wireless
from automation.twin import errors as twin
from inventory import errors as inventory
from inventory import plant_errors as plant
from inventory.errors import Fact, NeutralhostError
from inventory.files import errors as files
from provisioning import backup_errors as backups
from provisioning import birth_errors as birth
from provisioning import catalogue_errors as catalogues
from provisioning import certificate_errors as certificate
from provisioning import change_plan_errors as plans
from provisioning import device_errors as on_devices
from provisioning import engine_errors as engine
from provisioning import enrolment_errors as enrolment
from provisioning import errors as provisioning
from provisioning import life_errors as life
from provisioning import line_errors as lines
from provisioning import listener_errors as listeners
from provisioning import people_errors as people
from provisioning import performance_errors as performance
from provisioning import playbook_errors as playbook
from provisioning import product_errors as products
from provisioning import quote_errors as quotes
from provisioning import radius_errors as radius
from provisioning import sandbox_errors as sandbox
from provisioning import strand_errors as strands
from provisioning import ticket_errors as tickets
from web import request_errors as request

STATUS: Mapping[type[NeutralhostError], HTTPStatus] = {
    request.PageNotFound: HTTPStatus.NOT_FOUND,
    request.MethodNotAllowed: HTTPStatus.METHOD_NOT_ALLOWED,
    request.HostNotServed: HTTPStatus.MISDIRECTED_REQUEST,
    request.BodyUnreadable: HTTPStatus.BAD_REQUEST,
    request.BodyInvalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    request.BodyTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    request.MediaTypeUnsupported: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    request.SignInNeeded: HTTPStatus.UNAUTHORIZED,
    request.FormExpired: HTTPStatus.FORBIDDEN,
    request.TooManySignIns: HTTPStatus.TOO_MANY_REQUESTS,
    request.PayloadRefused: HTTPStatus.UNPROCESSABLE_ENTITY,
    request.QueryRefused: HTTPStatus.BAD_REQUEST,
    request.BuyerNotYours: HTTPStatus.FORBIDDEN,
    request.NotOffered: HTTPStatus.NOT_IMPLEMENTED,
    request.NotReady: HTTPStatus.SERVICE_UNAVAILABLE,
    request.InternalFault: HTTPStatus.INTERNAL_SERVER_ERROR,
    inventory.UnknownThing: HTTPStatus.NOT_FOUND,
    inventory.UnknownPremises: HTTPStatus.NOT_FOUND,
    inventory.UnknownFolder: HTTPStatus.NOT_FOUND,
    inventory.InventoryInvalid: HTTPStatus.INTERNAL_SERVER_ERROR,
    inventory.InventoryInUse: HTTPStatus.CONFLICT,
    inventory.NoPath: HTTPStatus.CONFLICT,
    files.FormatUnclear: HTTPStatus.UNPROCESSABLE_ENTITY,
    files.OptionUnfit: HTTPStatus.UNPROCESSABLE_ENTITY,
    files.DistanceInvalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    files.FileUnwritable: HTTPStatus.INTERNAL_SERVER_ERROR,
    files.ExtraMissing: HTTPStatus.SERVICE_UNAVAILABLE,
    inventory.DatesReversed: HTTPStatus.UNPROCESSABLE_ENTITY,
    inventory.StrandLoop: HTTPStatus.CONFLICT,
    plant.EndUnclear: HTTPStatus.UNPROCESSABLE_ENTITY,
    plant.AssetUnclear: HTTPStatus.UNPROCESSABLE_ENTITY,
    plant.CableSizeUnknown: HTTPStatus.UNPROCESSABLE_ENTITY,
    plant.CoverageMissing: HTTPStatus.CONFLICT,
    plant.TargetUnclear: HTTPStatus.UNPROCESSABLE_ENTITY,
    plant.CircleInvalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    plant.CircleOutsideBritain: HTTPStatus.UNPROCESSABLE_ENTITY,
    plant.LinkUnfit: HTTPStatus.CONFLICT,
    plant.LinkNotCarried: HTTPStatus.CONFLICT,
    plant.StrandFaulty: HTTPStatus.CONFLICT,
    plant.LossOverBudget: HTTPStatus.CONFLICT,
    plant.RouteRefused: HTTPStatus.CONFLICT,
    plant.SamePlace: HTTPStatus.UNPROCESSABLE_ENTITY,
    plant.NoRoute: HTTPStatus.CONFLICT,
    plant.ConsentMissing: HTTPStatus.CONFLICT,
    plant.PlantNotReady: HTTPStatus.CONFLICT,
    plant.StrandsExhausted: HTTPStatus.CONFLICT,
    plant.Avoided: HTTPStatus.CONFLICT,
    plant.LossTooHigh: HTTPStatus.CONFLICT,
    inventory.NetBoxUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    inventory.NetBoxRefused: HTTPStatus.BAD_GATEWAY,
    inventory.NetBoxForbidden: HTTPStatus.BAD_GATEWAY,
    inventory.NetBoxTaken: HTTPStatus.BAD_GATEWAY,
    inventory.NetBoxEdited: HTTPStatus.CONFLICT,
    inventory.NetBoxNotBootstrapped: HTTPStatus.SERVICE_UNAVAILABLE,
    inventory.SandboxFailed: HTTPStatus.INTERNAL_SERVER_ERROR,
    inventory.DatabaseUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    listeners.UnknownListener: HTTPStatus.NOT_FOUND,
    listeners.UnknownDelivery: HTTPStatus.NOT_FOUND,
    listeners.NoHistory: HTTPStatus.NOT_FOUND,
    listeners.ListenerRefused: HTTPStatus.UNPROCESSABLE_ENTITY,
    listeners.TooManyListeners: HTTPStatus.CONFLICT,
    listeners.NotReplayable: HTTPStatus.CONFLICT,
    automation.DeviceUnreachable: HTTPStatus.GATEWAY_TIMEOUT,
    automation.DeviceRefused: HTTPStatus.BAD_GATEWAY,
    automation.DeviceSignInRefused: HTTPStatus.BAD_GATEWAY,
    automation.DeviceBusy: HTTPStatus.SERVICE_UNAVAILABLE,
    automation.PortNotIdle: HTTPStatus.CONFLICT,
    automation.PortUnfit: HTTPStatus.CONFLICT,
    automation.TagNotFree: HTTPStatus.CONFLICT,
    automation.ChangedSinceApproval: HTTPStatus.CONFLICT,
    automation.NotApplied: HTTPStatus.BAD_GATEWAY,
    automation.NotAsPromised: HTTPStatus.BAD_GATEWAY,
    automation.HarmsWhatStands: HTTPStatus.CONFLICT,
    automation.NotCabledAsDesigned: HTTPStatus.CONFLICT,
    automation.OtherDevice: HTTPStatus.CONFLICT,
    automation.CheckFailed: HTTPStatus.BAD_GATEWAY,
    automation.NoTimeLeft: HTTPStatus.BAD_GATEWAY,
    automation.PlanOutOfBounds: HTTPStatus.INTERNAL_SERVER_ERROR,
    automation.UnsafeText: HTTPStatus.UNPROCESSABLE_ENTITY,
    automation.PlatformUnsupported: HTTPStatus.CONFLICT,
    automation.PlatformCannot: HTTPStatus.CONFLICT,
    automation.TwinNeedsFiles: HTTPStatus.INTERNAL_SERVER_ERROR,
    automation.TwinCannotListen: HTTPStatus.INTERNAL_SERVER_ERROR,
    # The twin is run from the command line; no request can meet these.
    twin.TwinNeedsRoot: HTTPStatus.INTERNAL_SERVER_ERROR,
    twin.TwinLacksPrograms: HTTPStatus.INTERNAL_SERVER_ERROR,
    twin.TwinProgramFailed: HTTPStatus.INTERNAL_SERVER_ERROR,
    twin.TwinIsUp: HTTPStatus.INTERNAL_SERVER_ERROR,
    twin.TwinIsNotUp: HTTPStatus.INTERNAL_SERVER_ERROR,
    twin.TwinDidNotStart: HTTPStatus.INTERNAL_SERVER_ERROR,
    twin.TwinDidNotAnswer: HTTPStatus.INTERNAL_SERVER_ERROR,
    twin.TwinSaidNo: HTTPStatus.INTERNAL_SERVER_ERROR,
    twin.TwinForwardsNothing: HTTPStatus.INTERNAL_SERVER_ERROR,
    twin.TwinFaultUnknown: HTTPStatus.INTERNAL_SERVER_ERROR,
    provisioning.CatalogueInvalid: HTTPStatus.INTERNAL_SERVER_ERROR,
    provisioning.NotFound: HTTPStatus.NOT_FOUND,
    provisioning.UnknownProduct: HTTPStatus.NOT_FOUND,
    provisioning.UnknownIsp: HTTPStatus.NOT_FOUND,
    provisioning.UnknownOrder: HTTPStatus.NOT_FOUND,
    provisioning.UnknownService: HTTPStatus.NOT_FOUND,
    provisioning.UnknownUser: HTTPStatus.NOT_FOUND,
    provisioning.UnknownToken: HTTPStatus.NOT_FOUND,
    provisioning.RequestInvalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    provisioning.CursorInvalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    provisioning.SpeedNotOffered: HTTPStatus.UNPROCESSABLE_ENTITY,
    provisioning.TermNotOffered: HTTPStatus.UNPROCESSABLE_ENTITY,
    provisioning.EquipmentNotOffered: HTTPStatus.UNPROCESSABLE_ENTITY,
    provisioning.NotOrderable: HTTPStatus.CONFLICT,
    provisioning.HandoverNotYours: HTTPStatus.UNPROCESSABLE_ENTITY,
    provisioning.HandoverTagsExhausted: HTTPStatus.CONFLICT,
    provisioning.HandoverOversubscribed: HTTPStatus.CONFLICT,
    provisioning.UniTaken: HTTPStatus.CONFLICT,
    provisioning.ReservationConflict: HTTPStatus.CONFLICT,
    provisioning.AlreadyHeld: HTTPStatus.CONFLICT,
    provisioning.InventoryReplaced: HTTPStatus.CONFLICT,
    strands.NoDiverseRoute: HTTPStatus.CONFLICT,
    strands.WindowInPast: HTTPStatus.UNPROCESSABLE_ENTITY,
    strands.WindowTooLong: HTTPStatus.UNPROCESSABLE_ENTITY,
    strands.StrandsLost: HTTPStatus.CONFLICT,
    strands.NothingReserved: HTTPStatus.UNPROCESSABLE_ENTITY,
    strands.NotReservable: HTTPStatus.CONFLICT,
    strands.StrandsSold: HTTPStatus.CONFLICT,
    strands.NotCarried: HTTPStatus.CONFLICT,
    strands.NotProtected: HTTPStatus.CONFLICT,
    strands.UnknownReservation: HTTPStatus.NOT_FOUND,
    backups.UnknownBackup: HTTPStatus.NOT_FOUND,
    backups.BackupHoldsSecrets: HTTPStatus.CONFLICT,
    backups.NothingToRestore: HTTPStatus.CONFLICT,
    backups.NothingToFix: HTTPStatus.CONFLICT,
    plans.UnknownChangePlan: HTTPStatus.NOT_FOUND,
    plans.Frozen: HTTPStatus.CONFLICT,
    plans.LimitsExceeded: HTTPStatus.CONFLICT,
    plans.PlanChanged: HTTPStatus.CONFLICT,
    plans.PlanOutdated: HTTPStatus.CONFLICT,
    plans.PlanUnreadable: HTTPStatus.CONFLICT,
    plans.DevicesChanged: HTTPStatus.CONFLICT,
    engine.UnknownPause: HTTPStatus.NOT_FOUND,
    engine.UnknownSchedule: HTTPStatus.NOT_FOUND,
    engine.PauseOver: HTTPStatus.CONFLICT,
    engine.ScheduleHeld: HTTPStatus.CONFLICT,
    engine.NotYetAudited: HTTPStatus.NOT_FOUND,
    device_certificate.SigningRequestInvalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    device_certificate.AuthorityUnusable: HTTPStatus.INTERNAL_SERVER_ERROR,
    uci.UciUnreadable: HTTPStatus.BAD_GATEWAY,
    uci.SecretUnreadable: HTTPStatus.INTERNAL_SERVER_ERROR,
    wireless.RadioFull: HTTPStatus.CONFLICT,
    wireless.SsidTaken: HTTPStatus.CONFLICT,
    enrolment.NotEnrollable: HTTPStatus.CONFLICT,
    radius.RadiusFileInvalid: HTTPStatus.INTERNAL_SERVER_ERROR,
    enrolment.SerialUnknown: HTTPStatus.FORBIDDEN,
    enrolment.HomeKeyWrong: HTTPStatus.FORBIDDEN,
    enrolment.HomeKeyUsed: HTTPStatus.GONE,
    enrolment.HomeKeyExpired: HTTPStatus.GONE,
    limit.LimitInvalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    limit.LimitUnknownAttribute: HTTPStatus.UNPROCESSABLE_ENTITY,
    limit.LimitMatchesNothing: HTTPStatus.UNPROCESSABLE_ENTITY,
    playbook.UnknownPlaybook: HTTPStatus.NOT_FOUND,
    playbook.PlaybookBroken: HTTPStatus.CONFLICT,
    playbook.PlaybookFailed: HTTPStatus.INTERNAL_SERVER_ERROR,
    playbook.PlaybookValueInvalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    playbook.LimitNotTaken: HTTPStatus.UNPROCESSABLE_ENTITY,
    playbook.NotAtTheDesk: HTTPStatus.FORBIDDEN,
    playbook.DryRun: HTTPStatus.CONFLICT,
    playbook.RecordNotWritable: HTTPStatus.CONFLICT,
    playbook.NotReady: HTTPStatus.CONFLICT,
    playbook.TagTakenOnTheWay: HTTPStatus.CONFLICT,
    playbook.StillInUse: HTTPStatus.CONFLICT,
    catalogues.CatalogueChanged: HTTPStatus.INTERNAL_SERVER_ERROR,
    catalogues.CataloguesClash: HTTPStatus.INTERNAL_SERVER_ERROR,
    catalogues.NoPriceList: HTTPStatus.CONFLICT,
    catalogues.RouteNotKnown: HTTPStatus.CONFLICT,
    catalogues.UnknownCatalogue: HTTPStatus.NOT_FOUND,
    products.SameUprn: HTTPStatus.UNPROCESSABLE_ENTITY,
    products.NotMultiplexed: HTTPStatus.UNPROCESSABLE_ENTITY,
    products.SsidAsItIs: HTTPStatus.CONFLICT,
    products.SsidStillShared: HTTPStatus.CONFLICT,
    products.SsidInvalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    products.RealmInvalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    products.NetworkTagsExhausted: HTTPStatus.CONFLICT,
    products.EndUnfit: HTTPStatus.CONFLICT,
    products.SsidNotHosted: HTTPStatus.CONFLICT,
    products.HostingRefused: HTTPStatus.CONFLICT,
    products.SlotNotUsed: HTTPStatus.CONFLICT,
    products.LetterNotThere: HTTPStatus.NOT_FOUND,
    products.PassphraseNotThere: HTTPStatus.NOT_FOUND,
    products.SealBroken: HTTPStatus.INTERNAL_SERVER_ERROR,
    quotes.UnknownQuote: HTTPStatus.NOT_FOUND,
    quotes.UnknownQualification: HTTPStatus.NOT_FOUND,
    quotes.QuoteUnfit: HTTPStatus.CONFLICT,
    quotes.QuoteOver: HTTPStatus.CONFLICT,
    lines.UnknownLine: HTTPStatus.NOT_FOUND,
    lines.UnknownLineMove: HTTPStatus.NOT_FOUND,
    lines.AccessLineIdInvalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    lines.PlanFileInvalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    lines.NothingToModify: HTTPStatus.CONFLICT,
    lines.NotModifiable: HTTPStatus.CONFLICT,
    lines.LineNotMatched: HTTPStatus.CONFLICT,
    lines.LineBusy: HTTPStatus.CONFLICT,
    lines.LineIsYours: HTTPStatus.CONFLICT,
    tickets.UnknownTicket: HTTPStatus.NOT_FOUND,
    tickets.UnknownIncident: HTTPStatus.NOT_FOUND,
    tickets.NothingAffected: HTTPStatus.UNPROCESSABLE_ENTITY,
    provisioning.IdempotencyConflict: HTTPStatus.CONFLICT,
    life.UnknownProductOrder: HTTPStatus.NOT_FOUND,
    life.UnknownCharge: HTTPStatus.NOT_FOUND,
    life.UnknownCancellation: HTTPStatus.NOT_FOUND,
    life.UnknownDateChange: HTTPStatus.NOT_FOUND,
    life.NothingAsked: HTTPStatus.NOT_FOUND,
    life.ItemsInvalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    life.ItemRefused: HTTPStatus.UNPROCESSABLE_ENTITY,
    life.TooLateToStop: HTTPStatus.CONFLICT,
    life.TooLateToAmend: HTTPStatus.CONFLICT,
    life.DateInPast: HTTPStatus.UNPROCESSABLE_ENTITY,
    life.BuildLacking: HTTPStatus.CONFLICT,
    provisioning.WrongState: HTTPStatus.CONFLICT,
    on_devices.ChangedSinceApproval: HTTPStatus.CONFLICT,
    on_devices.DevicesClaimed: HTTPStatus.CONFLICT,
    on_devices.DevicesRefused: HTTPStatus.BAD_GATEWAY,
    on_devices.RehearsalRefused: HTTPStatus.BAD_GATEWAY,
    on_devices.DeployRefused: HTTPStatus.BAD_GATEWAY,
    on_devices.DevicesNotCleared: HTTPStatus.BAD_GATEWAY,
    on_devices.NotProven: HTTPStatus.BAD_GATEWAY,
    birth.BirthTestsFailed: HTTPStatus.BAD_GATEWAY,
    performance.ServiceNotTestable: HTTPStatus.CONFLICT,
    performance.PerformanceTestGoesOn: HTTPStatus.CONFLICT,
    performance.TooManyPerformanceTests: HTTPStatus.CONFLICT,
    performance.UnknownPerformanceTest: HTTPStatus.NOT_FOUND,
    birth.UnknownBirthCertificate: HTTPStatus.NOT_FOUND,
    provisioning.SignInRefused: HTTPStatus.UNAUTHORIZED,
    provisioning.TokenInvalid: HTTPStatus.UNAUTHORIZED,
    provisioning.Forbidden: HTTPStatus.FORBIDDEN,
    provisioning.UserExists: HTTPStatus.CONFLICT,
    people.ScopeMissing: HTTPStatus.FORBIDDEN,
    people.UnknownClient: HTTPStatus.NOT_FOUND,
    people.ClientRefused: HTTPStatus.UNAUTHORIZED,
    people.SecondEyesNeeded: HTTPStatus.CONFLICT,
    people.AnswerUnderWay: HTTPStatus.CONFLICT,
    people.AnswerLost: HTTPStatus.CONFLICT,
    people.SignInElsewhereRefused: HTTPStatus.UNAUTHORIZED,
    people.IdentityProviderAway: HTTPStatus.SERVICE_UNAVAILABLE,
    provisioning.WorkerNameTaken: HTTPStatus.INTERNAL_SERVER_ERROR,
    sandbox.FailureUnfit: HTTPStatus.UNPROCESSABLE_ENTITY,
    sandbox.SwitchedOff: HTTPStatus.SERVICE_UNAVAILABLE,
    sandbox.SandboxAway: HTTPStatus.SERVICE_UNAVAILABLE,
    certificate.NoSecondLeg: HTTPStatus.CONFLICT,
    certificate.LegNotTraced: HTTPStatus.CONFLICT,
    certificate.NotDiverse: HTTPStatus.CONFLICT,
    certificate.PlantKeepsChanging: HTTPStatus.SERVICE_UNAVAILABLE,
    certificate.CertificateNotGenuine: HTTPStatus.UNPROCESSABLE_ENTITY,
    certificate.CertificateKeyMissing: HTTPStatus.SERVICE_UNAVAILABLE,
    certificate.CertificateKeyInvalid: HTTPStatus.SERVICE_UNAVAILABLE,
}


def every_error(base: type[NeutralhostError] = NeutralhostError) -> Iterator[type[NeutralhostError]]:
    """Every error class of the floors below `base`, each once, parents first."""
    for child in base.__subclasses__():
        yield child
        yield from every_error(child)


def status_of(error: NeutralhostError) -> HTTPStatus:
    """The status of an error: its own, or that of the nearest parent that has one."""
    for kind in type(error).__mro__:
        if kind in STATUS:
            return STATUS[kind]
    return HTTPStatus.INTERNAL_SERVER_ERROR


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """What one kind of problem is, for people: the page at its `type` address shows this."""

    code: str
    title: str
    next_step: str
    status: HTTPStatus

    @property
    def type(self) -> str:
        return f"/problems/{self.code}"


def kind_of(error: type[NeutralhostError]) -> ProblemKind:
    """The kind of problem an error class is; its title is the first sentence of the class's docstring."""
    title = (error.__doc__ or error.__name__).strip().splitlines()[0].split(". ")[0].rstrip(".")
    status = next((STATUS[kind] for kind in error.__mro__ if kind in STATUS), HTTPStatus.INTERNAL_SERVER_ERROR)
    return ProblemKind(error.code, title, error.next_step, status)


def problem_kinds() -> dict[str, ProblemKind]:
    """Every kind of problem a request can meet, by code."""
    return {error.code: kind_of(error) for error in sorted(STATUS, key=lambda error: error.code)}


def problem_of(error: NeutralhostError) -> dict[str, object]:
    """The members of an application/problem+json object (RFC 9457 section 3.1), with `code` and `facts` of ours."""
    kind = kind_of(type(error))
    facts: dict[str, Fact] = error.facts
    return {
        "type": kind.type,
        "title": kind.title,
        "status": int(kind.status),
        "detail": str(error),
        "code": error.code,
        "facts": facts,
    }
