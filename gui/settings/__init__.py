"""The tabs of the settings page, each a widget that its page hands what the service says."""
