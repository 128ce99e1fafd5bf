//! The dependency rule of docs/ARCHITECTURE.md, read from the imports themselves.

use std::fs;
use std::path::{Path, PathBuf};

fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    let mut folders = vec![root.join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path.strip_prefix(root).unwrap().to_path_buf(), text));
            }
        }
    }
    assert!(!found.is_empty(), "{folder} holds Rust files");
    found
}

/// The lines of all files below `folder` that hold one of the words, as `file: line`.
fn lines_with(folder: &str, words: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for (path, text) in sources(folder) {
        for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
            if words.iter().any(|word| line.contains(word)) {
                found.push(format!("{}: {}", path.display(), line.trim()));
            }
        }
    }
    found
}

fn assert_none(found: Vec<String>) {
    assert!(found.is_empty(), "against the dependency rule:\n{}", found.join("\n"));
}

const FEATURES: [&str; 11] = [
    "crate::organizations",
    "crate::connections",
    "crate::directory",
    "crate::access",
    "crate::provisioning",
    "crate::sso",
    "crate::sessions",
    "crate::events",
    "crate::keys",
    "crate::api_keys",
    "crate::api",
];

#[test]
fn sql_stands_only_in_stores() {
    let allowed = |path: &str| {
        path.ends_with("store.rs")
            || path.ends_with("filter_sql.rs")
            || path.starts_with("src/db/")
            || path.starts_with("src/events/")
            || path == "src/http/health.rs"
    };
    let found = lines_with("src", &["sql(\"", "sql(&", "\"SELECT ", "\"INSERT ", "\"UPDATE ", "\"DELETE FROM"]);
    assert!(found.iter().any(|line| line.starts_with("src/organizations/store.rs")), "the search finds SQL");
    assert_none(found.into_iter().filter(|line| !allowed(line.split(':').next().unwrap())).collect());
}

#[test]
fn http_ui_and_db_know_no_feature() {
    for folder in ["src/http", "src/ui", "src/db"] {
        assert_none(lines_with(folder, &FEATURES));
    }
}

#[test]
fn islands_know_the_browser_only() {
    assert_none(lines_with("src/islands", &["use crate::", "axum", "sqlx", "tokio"]));
    assert_none(lines_with(
        "crates/scim/src",
        &["muster::", "sqlx", "tokio", "axum", "async fn", "std::fs", "std::net"],
    ));
}

#[test]
fn only_lib_has_features() {
    let found = lines_with("src", &["cfg(feature", "cfg!(feature"]);
    assert_none(found.into_iter().filter(|line| !line.starts_with("src/lib.rs")).collect());
}

#[test]
fn drivers_are_named_in_db_only() {
    let found = lines_with("src", &["sqlx::sqlite", "sqlx::postgres", "SqlitePool", "PgPool", "sqlx::query"]);
    assert_none(found.into_iter().filter(|line| !line.starts_with("src/db/")).collect());
}

#[test]
fn rows_are_not_wire_types() {
    for (path, text) in sources("src") {
        for derive in text.lines().filter(|line| line.contains("derive(") && line.contains("FromRow")) {
            assert!(!derive.contains("Serialize"), "{}: {derive}", path.display());
        }
    }
}

#[test]
fn leptos_toml_says_what_cargo_toml_says() {
    let section = |file: &str| {
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
        let (_, rest) = text.split_once("[[workspace.metadata.leptos]]\n").expect("the section");
        let end = rest.find("\n[").unwrap_or(rest.len());
        rest[..end].trim().to_string()
    };
    assert_eq!(section("Leptos.toml"), section("Cargo.toml"));
}
