//! The README's example is the one that is compiled and run as documentation of the crate.

/// The lines of the first example in a text, without the comment marks of a source file and the mark of a hidden line.
fn example(text: &str) -> Vec<&str> {
    text.lines()
        .map(|line| line.strip_prefix("//!").map_or(line, |doc| doc.strip_prefix(' ').unwrap_or(doc)))
        .skip_while(|line| !line.starts_with("```"))
        .skip(1)
        .take_while(|line| !line.starts_with("```"))
        .map(|line| line.strip_prefix("# ").unwrap_or(line))
        .collect()
}

#[test]
fn the_readme_shows_the_example_that_is_run() {
    let shown = example(include_str!("../../README.md"));
    assert!(shown.len() > 10);
    assert_eq!(shown, example(include_str!("../../src/lib.rs")));
}
