//! placeholder
use crate::Language;
use crate::sources::Recorded;
pub fn timeline(_r: &Recorded, _l: Language) -> String { "<p>picture</p>".into() }
pub fn histogram(_r: &Recorded, _n: &str, _l: Language) -> Result<String, String> { Ok("<p>picture</p>".into()) }
