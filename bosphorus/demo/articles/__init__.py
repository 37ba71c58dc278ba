"""What the sample is composed of: texts and lines that people can read and review."""
