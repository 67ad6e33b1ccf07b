"""What can be wrong with settings beyond single fields: found before anything is computed, not an hour later."""

from pathlib import Path

from gtl.config import StudyConfig
from gtl.config.genotypes import PANEL_FILES, PanelConfig
from gtl.errors import InputError


def check_settings(config: StudyConfig) -> list[str]:
    """Check what the settings' own bounds cannot; the study's phenotype codes if all is well.

    Raises
    ------
    InputError
        If variance shares do not add up, a method is not registered, layers do not make a network, a freeze depth is
        beyond every network, or a file of the panel cannot be read.

    Examples
    --------
    >>> check_settings(StudyConfig())[:2]
    ['YRI_5_1', 'YRI_5_2']
    """
    from gtl.learn import networks
    from gtl.methods.deep_transfer import check_depths
    from gtl.methods.registry import method_info
    from gtl.simulate.phenotypes.variance import VarianceShares

    VarianceShares.of(config.phenotypes)
    for name in config.transfer.methods:
        method_info(name)
    for network in config.training.networks:
        networks.check(network)
    check_depths(config.transfer, config.training.networks)
    _check_files(config.panel)
    return [str(code) for code in config.codes()]


def _check_files(panel: PanelConfig) -> None:
    for field in PANEL_FILES:
        path = getattr(panel, field)
        try:
            if path is not None:
                Path(path).open("rb").close()
        except (OSError, ValueError) as error:  # ValueError: a name that no file can have
            reason = getattr(error, "strerror", None) or error
            raise InputError(f"panel.{field}: {path} cannot be read ({reason}); correct the path") from None
