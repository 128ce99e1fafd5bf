//! The rules of who is who, sentence by sentence, each with the tests that hold it: `tests/sentences.tsv`, a row a test, whose
//! columns are document, section, sentence and the test's name as cargo prints it without the engine.
//!
//! `cargo test --test all sentences -- --nocapture` prints the table.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

struct Row<'a> {
    /// Document and section.
    place: [&'a str; 2],
    sentence: &'a str,
    test: &'a str,
}

fn read(line: &str) -> Row<'_> {
    let columns: Vec<&str> = line.split('\t').collect();
    let [document, section, sentence, test] = columns[..] else {
        panic!("tests/sentences.tsv: four columns are wanted: {line}");
    };
    Row { place: [document, section], sentence, test }
}

fn tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

/// The file of `routes::scim::users::…`, and what the test is called there.
fn file_of(test: &str) -> Option<(PathBuf, &str)> {
    let (module, name) = test.rsplit_once("::")?;
    let base = tests().join(module.replace("::", "/"));
    let files = [base.with_extension("rs"), base.join("mod.rs")];
    files.into_iter().find(|file| file.exists()).map(|file| (file, name))
}

/// The names within `on_both!(…)`: these run on both engines.
fn on_both(source: &str) -> BTreeSet<&str> {
    let lists = source.split("on_both!(").skip(1).filter_map(|rest| rest.split(')').next());
    lists.flat_map(|list| list.split(',')).map(str::trim).collect()
}

fn runs_on_both(test: &str) -> bool {
    file_of(test).is_some_and(|(file, name)| {
        let source = fs::read_to_string(file).expect("a source can be read");
        source.contains(&format!("async fn {name}(")) && on_both(&source).contains(name)
    })
}

fn print(rows: &[Row<'_>]) {
    let (mut place, mut sentence) = (["", ""], "");
    for row in rows {
        if row.place != place {
            println!("\n{}: {}", row.place[0], row.place[1]);
        }
        if row.sentence != sentence {
            println!("  {}", row.sentence);
        }
        println!("      {}", row.test);
        (place, sentence) = (row.place, row.sentence);
    }
}

#[test]
fn every_sentence_has_a_test_on_both_databases() {
    let table = fs::read_to_string(tests().join("sentences.tsv")).unwrap();
    let rows: Vec<Row<'_>> = table.lines().map(read).collect();
    print(&rows);
    let sentences: BTreeSet<_> = rows.iter().map(|row| (row.place, row.sentence)).collect();
    println!("\n{} sentences, {} tests, each on SQLite and PostgreSQL", sentences.len(), rows.len());
    assert!(sentences.len() > 60, "the table holds the sentences");
    let missing: Vec<&str> = rows.iter().map(|row| row.test).filter(|test| !runs_on_both(test)).collect();
    assert!(missing.is_empty(), "no tests on both databases:\n{}", missing.join("\n"));
}
