"""NAPALM's own verbs, where they mean on a platform what their names say."""

from automation.speech.speech import Device, ReadingSpeech, speaking_to


class PlainVerbs(ReadingSpeech):
    """Discard, commit with a timer, commit for good and confirm, as the driver does them."""

    def discard(self, device: Device) -> None:
        with speaking_to(device.name):
            device.driver.discard_config()

    def commit(self, device: Device, revert_after_s: int) -> None:
        with speaking_to(device.name):
            device.driver.commit_config(revert_in=revert_after_s)

    def commit_for_good(self, device: Device) -> None:
        with speaking_to(device.name):
            device.driver.commit_config()

    def confirm(self, device: Device) -> None:
        with speaking_to(device.name):
            device.driver.confirm_commit()
