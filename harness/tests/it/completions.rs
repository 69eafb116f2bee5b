//! What shells complete, asked of bash itself where it is.

use std::process::Command;

use crate::scratch::Scratch;

/// What bash offers at the end of these words.
fn offered(script: &str, words: &[&str]) -> Vec<String> {
    let asked = format!(
        "{script}\nCOMP_WORDS=({})\nCOMP_CWORD={}\n_harness harness \"${{COMP_WORDS[COMP_CWORD]}}\" \"${{COMP_WORDS[COMP_CWORD - 1]}}\"\n\
         printf '%s\\n' \"${{COMPREPLY[@]}}\"",
        words.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" "),
        words.len() - 1
    );
    let output = Command::new("bash").args(["-c", &asked]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn bash_completes_commands_options_and_their_words() {
    let told = Scratch::outside_any_course().harness(&["completions", "bash"]);
    assert_eq!((told.code, told.stderr.as_str()), (0, ""));
    let offered = |words: &[&str]| offered(&told.stdout, words);
    assert_eq!(offered(&["harness", "rev"]), ["review"]);
    assert_eq!(offered(&["harness", "check", "--jo"]), ["--jobs"]);
    assert_eq!(offered(&["harness", "check", "--format", ""]), ["human", "json", "junit", "github"]);
    assert_eq!(offered(&["harness", "accept", "--al"]), ["--all"]);
}

#[test]
fn other_shells_get_theirs() {
    let scratch = Scratch::outside_any_course();
    for (shell, part) in [
        ("zsh", "#compdef harness"),
        ("fish", "complete -c harness"),
        ("elvish", "harness"),
        ("powershell", "harness"),
    ] {
        let told = scratch.harness(&["completions", shell]);
        assert!(told.code == 0 && told.stdout.contains(part), "{shell}: {}", told.stdout);
    }
    assert!(
        scratch.harness(&["completions", "tcsh"]).error().contains("bash, elvish, fish, powershell, zsh")
    );
}
