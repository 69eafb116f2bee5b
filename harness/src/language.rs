//! The two languages that readers are told in.

use serde::{Deserialize, Serialize};

/// A reader's language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Chinese.
    Zh,
}

impl Language {
    /// Both.
    pub const ALL: [Language; 2] = [Language::En, Language::Zh];

    /// Its code, in names of files and on the command line.
    pub fn code(self) -> &'static str {
        self.pick("en", "zh")
    }

    /// Its tag, for HTML's `lang` (BCP 47).
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
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Bilingual {
    /// In English.
    pub en: String,
    /// In Chinese.
    pub zh: String,
}

impl Bilingual {
    /// The text in a language.
    pub fn in_language(&self, language: Language) -> &str {
        language.pick(&self.en, &self.zh)
    }
}
