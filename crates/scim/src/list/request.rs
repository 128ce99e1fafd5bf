//! The parameters of a query (RFC 7644 table 4).

use crate::{
    error::{Result, ScimError},
    filter::Filter,
    path::AttrPath,
};

/// A query: which resources, in which order, which of them, and what of each (RFC 7644 section 3.4.2, RFC 9865).
#[derive(Debug, Clone, PartialEq)]
pub struct ListRequest {
    /// The 1-based place of the first result. At most [`i64::MAX`].
    pub start_index: u64,
    /// The most results wanted; `Some(0)` asks for the total only. At most [`i64::MAX`].
    pub count: Option<u64>,
    /// Which resources.
    pub filter: Option<Filter>,
    /// What to sort by.
    pub sort_by: Option<AttrPath>,
    /// Whether to sort in descending order.
    pub descending: bool,
    /// `attributes`, for [`crate::project::Projection::parse`].
    pub attributes: Option<String>,
    /// `excludedAttributes`, for [`crate::project::Projection::parse`].
    pub excluded: Option<String>,
    /// Where to go on (RFC 9865); empty for the first page.
    pub cursor: Option<String>,
}

impl Default for ListRequest {
    fn default() -> Self {
        Self {
            start_index: 1,
            count: None,
            filter: None,
            sort_by: None,
            descending: false,
            attributes: None,
            excluded: None,
            cursor: None,
        }
    }
}

impl ListRequest {
    /// Reads the pairs of a query string, percent-decoded (RFC 7644 section 3.4.2). Unknown names are ignored, for
    /// some identity providers have parameters of their own in the base URL.
    ///
    /// # Errors
    /// `invalidValue` when `startIndex` or `count` is no whole number (`invalidCount` for a count beside a cursor, as
    /// RFC 9865 says); `invalidFilter` and `invalidPath` for a filter and a `sortBy` that cannot be read.
    pub fn from_pairs<N: AsRef<str>, V: AsRef<str>>(pairs: impl IntoIterator<Item = (N, V)>) -> Result<Self> {
        let mut request = Self::default();
        let mut count = None;
        for (name, value) in pairs {
            let value = value.as_ref();
            match name.as_ref().to_ascii_lowercase().as_str() {
                // Section 3.4.2.4: "A value less than 1 SHALL be interpreted as 1."
                "startindex" => request.start_index = integer("startIndex", value)?.max(1).unsigned_abs(),
                "count" => count = Some(value.to_owned()),
                "filter" if value.trim().is_empty() => {}
                "filter" => request.filter = Some(Filter::parse(value)?),
                "sortby" if value.trim().is_empty() => {}
                "sortby" => request.sort_by = Some(AttrPath::parse(value.trim())?),
                "sortorder" => request.descending = value.trim().eq_ignore_ascii_case("descending"),
                "attributes" => request.attributes = Some(value.to_owned()),
                "excludedattributes" => request.excluded = Some(value.to_owned()),
                "cursor" => request.cursor = Some(value.to_owned()),
                _ => {}
            }
        }
        request.set_count(count.as_deref())?;
        Ok(request)
    }

    pub(super) fn set_count(&mut self, text: Option<&str>) -> Result<()> {
        let Some(text) = text else { return Ok(()) };
        let count = integer("count", text).map_err(|error| match self.cursor {
            Some(_) => ScimError::invalid_count(error.detail),
            None => error,
        })?;
        // Section 3.4.2.4: "A negative value SHALL be interpreted as 0."
        self.count = Some(count.max(0).unsigned_abs());
        Ok(())
    }
}

/// A whole number of any length; what is beyond an `i64` is as good as its limit.
pub(super) fn integer(name: &str, text: &str) -> Result<i64> {
    let text = text.trim();
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(ScimError::invalid_value(format!("\"{name}\" must be a whole number, not \"{text}\"")));
    }
    Ok(text.parse().unwrap_or(if text.starts_with('-') { i64::MIN } else { i64::MAX }))
}
