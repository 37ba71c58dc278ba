"""Where raw news comes from: files, feeds and archives, as the raw articles that go to news.raw."""
