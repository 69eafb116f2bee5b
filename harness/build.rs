//! One word for what only Linux has, so that the sources say it in few places.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    cfg_aliases::cfg_aliases! {
        linux: { all(target_os = "linux", not(feature = "portable")) },
    }
}
