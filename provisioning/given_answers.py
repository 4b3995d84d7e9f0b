"""The same request with the same key is done once, and answered again as it was answered first.

What holds, crash or not:

- The key is reserved in a transaction of its own before anything is done. Of two requests at the
  same moment one runs; the other is told to come again.
- Every writing transaction of the request notes in itself that the key has had an effect. So
  after a crash it is known, and not guessed, whether anything was done: where nothing was, the
  next request with the key runs as if it were the first; where something was, it is never done
  again, unless the operation is itself one that does nothing twice under the same key.
- A request that was given up for dead, and is not, can write nothing any more: its reservation is
  another's by then.
- A refusal that changed nothing is not kept: asking again is asking anew.
- An answer that held a secret is kept as given, without its body.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

from provisioning.answers import Given, KeptKey, Next, what_next
from provisioning.changes import RULE
from provisioning.identity import keyed_hash, new_token_key
from provisioning.isps import Principal
from provisioning.people_errors import AnswerLost, AnswerUnderWay
from provisioning.store.work import UnitOfWork
from provisioning.tools import Tools


def request_digest(tools: Tools, *parts: str) -> str:
    """What stands for a request. Keyed, since a password may be in it."""
    return keyed_hash(tools.settings.token_pepper, "\n".join(parts))


def answer_once(
    tools: Tools,
    who: Principal,
    key: str,
    digest: str,
    run: Callable[[Tools], Given],
    *,
    keeps_body: bool = True,
    is_repeatable: bool = False,
) -> tuple[Given, bool]:
    """Run and keep the answer, or give the first one again (then True). `run` gets the tools to write with.

    `is_repeatable`: the operation does nothing twice under the same key by itself.

    Raises: IdempotencyConflict, AnswerUnderWay, AnswerLost; whatever `run` does.
    """
    attempt = new_token_key()
    kept = _reserve(tools, KeptKey(who.user_name, key, digest, attempt, tools.now()), is_repeatable=is_repeatable)
    if kept is not None:
        if kept.body is None:
            raise AnswerLost(key, "a secret stood in it, which is shown once")
        return kept, True
    noting = replace(tools, open_unit_of_work=_Noting(tools, who.user_name, key, attempt))
    try:
        given = run(noting)
    except BaseException:
        with tools.open_unit_of_work() as work:
            work.answers.give_up(who.user_name, key, attempt)
            work.commit()
        raise
    with tools.open_unit_of_work() as work:
        work.answers.keep(who.user_name, key, attempt, given if keeps_body else replace(given, body=None))
        work.commit()
    return given, False


def forget_answers(tools: Tools) -> int:
    """Forget the keys that are older than the settings say, and say how many: a round of the worker's."""
    with tools.open_unit_of_work() as work:
        forgotten = work.answers.forget(tools.now() - timedelta(days=tools.settings.keep_answers_days))
        work.commit()
    return forgotten


def _reserve(tools: Tools, wanted: KeptKey, *, is_repeatable: bool) -> Given | None:
    """The first answer, or None where the key is ours now. Raises: as `answer_once`."""
    with tools.open_unit_of_work() as work:
        if work.answers.reserve(wanted):
            work.commit()
            return None
        kept = work.answers.get(wanted.caller, wanted.key)
        if kept is None:  # forgotten or given up in between
            raise AnswerUnderWay(wanted.key)
        following = what_next(kept, wanted.digest, wanted.begun_at, is_repeatable=is_repeatable)
        if following is Next.GIVE_AGAIN:
            return kept.answer
        if following is Next.LOST:
            raise AnswerLost(wanted.key, "the service stopped before it was given")
        if following is Next.COME_AGAIN or not work.answers.take_over(wanted, kept.attempt):
            raise AnswerUnderWay(wanted.key)
        work.commit()
    return None


@dataclass(frozen=True, slots=True)
class _Noting:
    """Opens units of work that note, in their own transaction, that the key has had an effect."""

    tools: Tools
    caller: str
    key: str
    attempt: str

    def __call__(self, *, reading: bool = False, by: str = RULE) -> AbstractContextManager[UnitOfWork]:
        return self.tools.open_unit_of_work(reading=True, by=by) if reading else self._writing(by)

    @contextmanager
    def _writing(self, by: str) -> Iterator[UnitOfWork]:
        with self.tools.open_unit_of_work(by=by) as work:
            if not work.answers.note_effect(self.caller, self.key, self.attempt):
                raise AnswerUnderWay(self.key)
            yield work
