//! The migrations are embedded, so a changed file must build this crate again.

fn main() {
    println!("cargo::rerun-if-changed=../../migrations");
}
