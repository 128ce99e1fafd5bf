//! The RFCs' requirements, row by row: the number in a test's name is that of the row in the project's checklist of
//! RFC 7643 and RFC 7644. Quotations are the RFCs' own words.
//!
//! | rows | where |
//! |---|---|
//! | 1–11 | [`data`] and the tests of topic `read`, `put`, `schema` |
//! | 13, 31, 34, 39 | [`messages`] and the tests of topic `bulk`, `list`, `schema` |
//! | 14, 23 | [`replace`], and `read`, `put` |
//! | 15, 16 | [`returned`], and `project` |
//! | 17–19, 21 | [`query`], and `filter`, `list` |
//! | 24–29 | [`patch`] and [`patch_matrix`], and `patch`, `members` |
//! | rulings where RFC, test suites and identity providers differ | [`rulings`] |
//! | the shapes that Entra and Okta send | [`providers`] |
//!
//! What needs the HTTP service is for its tests: 12 (discovery endpoints), 20 (`/.search` across types), 22
//! (sorting), 30 (DELETE), 32 (the headers; the tags themselves are tested in `src/etag.rs`), 33 (`/Me`), 35 (media
//! types), 36 (versions in the URL), 37 (TLS and tokens), 38 (uniqueness by PRECIS; the key itself is tested in
//! `src/compare.rs`), 40 (events). Of 2, 3, 4, 10, 14, 16, 23, 25, 29 and 34 the service has the other half:
//! identifiers, uniqueness, locations, statuses and the shape of errors from every layer. 41 is out of scope.

mod data;
mod messages;
mod patch;
mod patch_matrix;
mod providers;
mod query;
mod replace;
mod returned;
mod rulings;
