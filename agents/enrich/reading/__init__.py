"""The article as every coder reads it: words, sentences, folding, phrases, mentions."""
