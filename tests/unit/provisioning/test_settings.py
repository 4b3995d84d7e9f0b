"""Settings that another floor's numbers depend on."""

import pytest
from pydantic import SecretStr, ValidationError

from automation.sessions import LONGEST_USE_S
from provisioning.settings import ProvisioningSettings


def settings_with(revert_after_s: int) -> ProvisioningSettings:
    return ProvisioningSettings(_env_file=None, token_pepper=SecretStr("pepper"), revert_after_s=revert_after_s)


def test_no_timer_may_be_set_that_outlasts_the_age_at_which_a_session_is_taken_for_a_leftover() -> None:
    """Another host would abort it, and take the change back while it is being confirmed."""
    assert settings_with(LONGEST_USE_S // 2).revert_after_s == LONGEST_USE_S // 2
    with pytest.raises(ValidationError):
        settings_with(LONGEST_USE_S)
