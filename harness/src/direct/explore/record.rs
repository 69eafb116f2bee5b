//! What was found, as a file: JSON Lines, an order a line, so that a difference shows what came otherwise.

use std::io;
use std::path::Path;

use serde_json::{Map, Value, json};

use super::Explored;
use crate::file;

/// The lists of which each entry has a line of its own: what the line's object is called, and the list.
const LISTS: [(&str, &str); 3] = [("text", "texts"), ("outcome", "outcomes"), ("number", "numbers")];

impl Explored {
    /// Writes the file, whole or not at all: first `{"explored":{…}}`, then a line for each entry of its lists.
    ///
    /// # Errors
    /// Where it can't be written.
    pub fn write(&self, path: &Path) -> io::Result<()> {
        let mut head = json!(self);
        let lists = LISTS.map(|(one, list)| (one, head[list].take()));
        if let Some(head) = head.as_object_mut() {
            head.retain(|_, value| !value.is_null());
        }
        file::write_with(path, |to| {
            writeln!(to, "{}", json!({ "explored": head }))?;
            for (one, list) in &lists {
                for entry in list.as_array().into_iter().flatten() {
                    writeln!(to, "{}", json!({ *one: entry }))?;
                }
            }
            Ok(())
        })
    }

    /// Reads such a file.
    ///
    /// # Errors
    /// A sentence that names the file, where it can't be read or is damaged.
    pub fn read(path: &Path) -> Result<Explored, String> {
        let shown = path.display();
        let text =
            std::fs::read_to_string(path).map_err(|error| format!("`{shown}` can't be read: {error}"))?;
        let mut lines = text.lines().zip(1..).map(|(line, number)| {
            let record: Result<Map<String, Value>, _> = serde_json::from_str(line);
            let record =
                record.ok().filter(|record| record.len() == 1).and_then(|record| record.into_iter().next());
            record.ok_or_else(|| format!("{shown}:{number}: it is no object with one key"))
        });
        let head = match lines.next() {
            Some(record) => record?,
            None => return Err(format!("{shown}:1: it is empty")),
        };
        let (name, Value::Object(mut found)) = head else {
            return Err(format!("{shown}:1: it is no `explored`"));
        };
        if name != "explored" {
            return Err(format!("{shown}:1: it begins with `{name}`, and not with `explored`"));
        }
        let mut lists: [Vec<Value>; LISTS.len()] = Default::default();
        for (record, number) in lines.zip(2..) {
            let (name, entry) = record?;
            let list = LISTS.iter().position(|(one, _)| *one == name);
            lists[list.ok_or_else(|| format!("{shown}:{number}: there is no `{name}`"))?].push(entry);
        }
        found.extend(
            LISTS.iter().map(|(_, list)| (*list).to_owned()).zip(lists.into_iter().map(Value::Array)),
        );
        let found: Explored =
            serde_json::from_value(Value::Object(found)).map_err(|error| format!("{shown}: {error}"))?;
        let known = |line: &usize| *line < found.texts.len();
        if found.outcomes.iter().all(|outcome| outcome.lines.iter().all(known)) {
            return Ok(found);
        }
        Err(format!("{shown}: an order has a line that there is not"))
    }
}
