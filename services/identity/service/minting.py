"""What every journey here needs."""

from functools import cached_property

from chassis.sealing import Sealer
from chassis.service import Service
from services.identity.usecases.minting import Mint


class Minting(Service):
    """The means to make codes and tokens."""

    @cached_property
    def mint(self) -> Mint:
        """As the settings say."""
        config = self.config
        sealer = Sealer(config.CODE_SEALING_KEY, purpose="code")
        return Mint(config.PEPPER, sealer, config.SMS_CODES, config.codes_per_address)
