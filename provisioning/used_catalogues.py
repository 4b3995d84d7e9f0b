"""The price lists as they are sold by: what the files say, held against what the used ones said when they were used."""

from provisioning.catalogue_errors import CatalogueChanged
from provisioning.catalogue_files import load_catalogues, read_kept
from provisioning.catalogues import Catalogues
from provisioning.settings import ProvisioningSettings
from provisioning.store.work import OpensUnitOfWork


def catalogues_in_use(open_unit_of_work: OpensUnitOfWork, settings: ProvisioningSettings) -> Catalogues:
    """Read every price list, and of those that were used and whose files are gone what they said.

    Raises: CatalogueInvalid, CataloguesClash; CatalogueChanged, where a used version says something else now.
    """
    found = load_catalogues(settings.catalogue_file, settings.catalogue_folder)
    with open_unit_of_work(reading=True) as work:
        digests, texts = work.catalogues.digests(), work.catalogues.texts()
    for one in found.lists:
        if digests.get(one.version, one.digest) != one.digest:
            raise CatalogueChanged(one.version, digests[one.version], one.digest)
    there = {one.version for one in found.lists}
    return found.with_withdrawn([read_kept(text) for version, text in texts if version not in there])
