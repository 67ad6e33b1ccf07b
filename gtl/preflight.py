"""What can be wrong with settings beyond single fields: found before anything is computed, not an hour later."""

from gtl.config import StudyConfig


def check_settings(config: StudyConfig) -> list[str]:
    """Check what the settings' own bounds cannot; the study's phenotype codes if all is well.

    Raises
    ------
    InputError
        If variance shares do not add up, a method is not registered, layers do not make a network, or a freeze depth
        is beyond every network.

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
    return [str(code) for code in config.codes()]
