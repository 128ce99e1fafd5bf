//! `docs/SECURITY.md` says what is kept and by which test. Here: that it names tests which exist.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The cells of a table's row.
fn cells(line: &str) -> Option<Vec<&str>> {
    let inner = line.strip_prefix('|')?.strip_suffix('|')?;
    Some(inner.split('|').map(str::trim).collect())
}

/// All rows of tables that have a column "shown by": the cells before it, and its own.
fn rows(page: &str) -> Vec<(Vec<&str>, &str)> {
    let mut rows = Vec::new();
    let mut column = None;
    for line in page.lines() {
        let Some(cells) = cells(line) else {
            column = None;
            continue;
        };
        match column {
            None => column = Some(cells.iter().position(|cell| *cell == "shown by")),
            Some(Some(at)) if !cells[0].starts_with("---") => {
                let shown_by = cells.get(at).unwrap_or_else(|| panic!("a cell is missing: {line}"));
                rows.push((cells[..at].to_vec(), *shown_by));
            }
            Some(_) => {}
        }
    }
    rows
}

/// What stands between backticks.
fn names(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

/// All files below `folder` with this ending, as one text each.
fn texts(folder: &str, ending: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                found.push(fs::read_to_string(&path).unwrap());
            }
        }
    }
    assert!(!found.is_empty(), "{folder} holds files that end in {ending}");
    found
}

#[test]
fn every_test_that_the_security_page_names_exists() {
    let page = fs::read_to_string(root().join("docs/SECURITY.md")).unwrap();
    let rust: Vec<String> = ["tests", "src", "crates"].iter().flat_map(|folder| texts(folder, ".rs")).collect();
    let journeys = texts("end2end/journeys", ".spec.ts");
    let exists = |name: &str| {
        let function = format!("fn {name}(");
        let title = format!("test('{name}'");
        rust.iter().any(|text| text.contains(&function)) || journeys.iter().any(|text| text.contains(&title))
    };
    let named: BTreeSet<&str> = rows(&page).into_iter().flat_map(|(_, shown_by)| names(shown_by)).collect();
    assert!(named.len() > 40, "the page names tests: {named:?}");
    let missing: Vec<&str> = named.into_iter().filter(|name| !exists(name)).collect();
    assert!(missing.is_empty(), "docs/SECURITY.md names tests that are not there:\n{}", missing.join("\n"));
}

#[test]
fn whatever_the_security_page_calls_met_says_how_it_is_shown() {
    let page = fs::read_to_string(root().join("docs/SECURITY.md")).unwrap();
    let met: Vec<_> = rows(&page)
        .into_iter()
        .filter(|(cells, _)| cells.last().is_some_and(|state| *state == "met" || state.starts_with("met:")))
        .collect();
    assert!(met.len() > 50, "the page has requirements that are met");
    for (cells, shown_by) in met {
        assert!(!shown_by.is_empty(), "{} is met, and by what it is shown is not said", cells[0]);
    }
}
