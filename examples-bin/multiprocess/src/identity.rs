//! What a process is started as: its number and its name.

/// What a process is constructed as.
#[derive(Debug)]
pub(crate) struct Identity {
    /// `2` for the second that main constructed, `2:1` for the first that that one constructed.
    number: String,
    name: String,
}

impl Identity {
    /// The process that `parent` (main, if none) constructs as its `count`th.
    pub(crate) fn new(parent: Option<&Self>, count: u64) -> Self {
        let number = match parent {
            None => count.to_string(),
            Some(parent) => format!("{}:{count}", parent.number),
        };
        let name = format!("Process-{number}");
        Self { number, name }
    }

    pub(crate) fn named(self, name: String) -> Self {
        Self { name, ..self }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }
}
