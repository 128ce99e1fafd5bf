//! A path of a PATCH operation.
//!
//! Law: what can be read reads back from its text as the same path; so does the attribute path in it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use muster_scim::{
    filter::MAX_LENGTH,
    path::{AttrPath, Path},
};

fuzz_target!(|text: &str| {
    if let Ok(path) = AttrPath::parse(text) {
        assert_eq!(path.to_string(), text, "an attribute path has one way to be written");
        assert_eq!(AttrPath::parse(&path.to_string()), Ok(path));
    }
    let Ok(path) = Path::parse(text) else { return };
    let canonical = path.to_string();
    if path.filter.as_ref().is_none_or(|filter| filter.to_string().len() <= MAX_LENGTH) {
        let again = Path::parse(&canonical).unwrap_or_else(|error| panic!("{canonical}: {error}"));
        assert_eq!(again, path, "{canonical}");
        assert_eq!(again.to_string(), canonical);
    }
});
