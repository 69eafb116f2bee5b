//! Lanes of text, for a terminal.
