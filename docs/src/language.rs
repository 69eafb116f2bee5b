//! The book's two languages.

use serde::Deserialize;

/// A language of the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// English.
    En,
    /// Chinese.
    Zh,
}

impl Language {
    /// Both.
    pub const ALL: [Language; 2] = [Language::En, Language::Zh];

    /// Its name in the names of files and folders.
    pub fn code(self) -> &'static str {
        self.pick("en", "zh")
    }

    /// Its tag, for HTML's `lang`.
    pub fn tag(self) -> &'static str {
        self.pick("en", "zh-Hans")
    }

    /// Its name in itself.
    pub fn name(self) -> &'static str {
        self.pick("English", "中文")
    }

    /// The other one.
    #[must_use]
    pub fn other(self) -> Language {
        self.pick(Language::Zh, Language::En)
    }

    /// Of two texts the one in this language.
    pub fn pick<T>(self, en: T, zh: T) -> T {
        match self {
            Language::En => en,
            Language::Zh => zh,
        }
    }
}

/// A text in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Both {
    /// In English.
    pub en: String,
    /// In Chinese.
    pub zh: String,
}

impl Both {
    /// The text in this language.
    pub fn in_language(&self, language: Language) -> &str {
        language.pick(&self.en, &self.zh)
    }
}
