//! The two languages that readers are told in.

use std::str::FromStr;

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

    /// The reader's, by the environment: the first of `LC_ALL`, `LC_MESSAGES` and `LANG` that is not empty decides
    /// (locale(7)); English where it is none of the two.
    pub fn of_locale() -> Language {
        let variables = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(std::env::var_os);
        let locale =
            variables.map(|value| value.to_string_lossy().into_owned()).find(|value| !value.is_empty());
        if locale.is_some_and(|locale| locale.starts_with("zh")) { Language::Zh } else { Language::En }
    }

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

impl FromStr for Language {
    type Err = String;

    fn from_str(code: &str) -> Result<Language, String> {
        let known = Language::ALL.into_iter().find(|language| language.code() == code);
        known.ok_or_else(|| "the languages are en and zh".to_owned())
    }
}

/// A text in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
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
