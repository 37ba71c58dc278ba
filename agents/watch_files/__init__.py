"""The watches that come with the package."""
