from . import campaign_targets
