//! The README's table of lessons.

use book::readme;
use book::sources::Sources;

use crate::scratch::{Scratch, sources};

#[test]
fn the_readme_is_up_to_date() {
    let sources = sources();
    let readme = readme::read(&sources).unwrap_or_else(|error| panic!("{error}"));
    let mended = readme::mended(&sources, &readme).unwrap_or_else(|error| panic!("{error}"));
    let difference = readme.lines().zip(mended.lines()).find(|(is, ought)| is != ought);
    assert!(
        readme == mended,
        "the README's table is stale; `cargo run -p harness -- book` mends it: {difference:#?}"
    );
}

#[test]
fn a_stale_readme_is_noticed_and_mended() {
    let scratch = Scratch::new();
    scratch.change("README.md", "Two tasks in two processes", "Three tasks");
    let sources = Sources::read(&scratch.path("")).unwrap_or_else(|problems| panic!("{problems:#?}"));
    assert_eq!(readme::mend(&sources), Ok(true));
    assert_eq!(readme::mend(&sources), Ok(false));
    let mended = readme::read(&sources).unwrap_or_else(|error| panic!("{error}"));
    assert!(mended.contains("Two tasks in two processes") && !mended.contains("Three tasks"));
}

#[test]
fn a_readme_without_its_place_is_told() {
    let scratch = Scratch::new();
    scratch.change("README.md", "<!-- end -->", "");
    let sources = Sources::read(&scratch.path("")).unwrap_or_else(|problems| panic!("{problems:#?}"));
    assert_eq!(readme::mend(&sources), Err("README.md lacks the line `<!-- end -->`".to_owned()));
}
