"""What deploy/ holds that follows from the code, written by `python -m bosphorus.deploying`; needs the extra `dev`."""
