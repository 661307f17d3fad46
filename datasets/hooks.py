"""What installed addons do with loaded data. Nothing here imports an addon: models are looked up."""


def run(env):
    """Let each installed addon take in what was loaded; doing it twice changes nothing."""
