"""Alerts in the forms that others read."""
