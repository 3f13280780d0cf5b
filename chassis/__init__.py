"""The mechanism under every service; it knows no word of customs. See docs/chassis.md."""

import warnings

# Nameko stands on eventlet; why, and what would replace it, stands in docs/adr.
warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
