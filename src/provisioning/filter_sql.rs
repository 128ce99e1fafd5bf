//! Filters in SQL, as far as an index serves them; the rest is evaluated on what is left.
//!
//! A filter is taken apart at its outermost `and`s. A part that an index answers exactly becomes SQL and is done; a part
//! that an index can only narrow becomes SQL and stays; all else stays.

use muster_scim::compare;
use muster_scim::filter::{CompareOp, CompareValue, Filter};
use muster_scim::schema::ResourceType;

use super::kinds;
use crate::db::Sql;

/// What the indexes answer, for the detail of `tooMany`.
pub const INDEXED_USERS: &str = "id, userName, externalId, displayName, emails.value";
pub const INDEXED_GROUPS: &str = "id, displayName, externalId, members.value";

/// A condition that an index serves.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Condition {
    Column(&'static str, String),
    /// The folded display name leads the search key.
    NamePrefix(String),
    Email(String),
    Member(String),
    /// No text that is kept holds U+0000, and PostgreSQL does not even take it as a question.
    Nothing,
}

/// How a filter is answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    conditions: Vec<Condition>,
    /// What must still hold for each row; `None` when the rows are the answer.
    pub rest: Option<Filter>,
}

/// What an index makes of one part of a filter.
enum Served {
    Exactly(Condition),
    Narrowed(Condition),
    No,
}

impl Plan {
    pub fn users(filter: Option<Filter>) -> Self {
        Self::of(filter, user_condition)
    }

    pub fn groups(filter: Option<Filter>) -> Self {
        Self::of(filter, group_condition)
    }

    fn of(filter: Option<Filter>, serve: fn(&Filter) -> Served) -> Self {
        let mut plan = Self { conditions: Vec::new(), rest: None };
        for part in filter.map(conjuncts).unwrap_or_default() {
            match serve(&part) {
                Served::Exactly(condition) => plan.conditions.push(condition),
                Served::Narrowed(condition) => {
                    plan.conditions.push(condition);
                    plan.keep(part);
                }
                Served::No => plan.keep(part),
            }
        }
        plan
    }

    fn keep(&mut self, part: Filter) {
        self.rest = Some(match self.rest.take() {
            Some(rest) => Filter::And(Box::new(rest), Box::new(part)),
            None => part,
        });
    }

    /// Adds ` AND …` for each condition to a statement about users or groups.
    pub fn narrow(&self, sql: Sql) -> Sql {
        self.conditions.iter().fold(sql, |sql, condition| match condition {
            Condition::Column(column, value) => sql.push(" AND ").push(column).push(" = ").push_bind(value),
            Condition::NamePrefix(key) => sql
                .push(" AND search_key >= ")
                .push_bind(key)
                .push(" AND search_key < ")
                .push_bind(format!("{key}{}", char::MAX)),
            Condition::Email(key) => sql
                .push(" AND id IN (SELECT user_id FROM user_emails WHERE value_key = ")
                .push_bind(key)
                .push(")"),
            Condition::Member(id) => sql
                .push(" AND EXISTS (SELECT 1 FROM memberships m WHERE m.group_id = groups.id AND m.source = groups.source AND m.member_id = ")
                .push_bind(id)
                .push(")"),
            Condition::Nothing => sql.push(" AND 1 = 0"),
        })
    }
}

/// Whether a filter asks for an attribute anywhere: if not, it need not be loaded.
pub fn mentions(kind: &ResourceType, filter: &Filter, name: &str) -> bool {
    let is = |path: &_| kind.resolve(path).is_some_and(|found| found.attribute.name == name);
    match filter {
        Filter::And(left, right) | Filter::Or(left, right) => mentions(kind, left, name) || mentions(kind, right, name),
        Filter::Not(inner) => mentions(kind, inner, name),
        Filter::Present(path) | Filter::Compare { path, .. } | Filter::ValuePath { path, .. } => is(path),
    }
}

/// The parts that must all hold.
fn conjuncts(filter: Filter) -> Vec<Filter> {
    match filter {
        Filter::And(left, right) => {
            let mut parts = conjuncts(*left);
            parts.extend(conjuncts(*right));
            parts
        }
        other => vec![other],
    }
}

fn user_condition(part: &Filter) -> Served {
    if let Some(value) = element_value(kinds::user(), part, "emails") {
        return clean(value, |value| Served::Narrowed(Condition::Email(compare::fold(value))));
    }
    let Some((name, value)) = equality(kinds::user(), part) else { return Served::No };
    clean(value, |value| match name.as_str() {
        "id" => Served::Exactly(Condition::Column("id", value.to_string())),
        "userName" => Served::Exactly(Condition::Column("user_name_key", compare::user_name_key(value))),
        "externalId" => Served::Exactly(Condition::Column("external_id", compare::nfc(value))),
        "emails" | "emails.value" => Served::Exactly(Condition::Email(compare::fold(value))),
        // Beyond ASCII two foldings may differ in rare letters, and a long key is cut: nobody must be missed.
        "displayName" if value.is_ascii() && value.len() <= 1024 => {
            Served::Narrowed(Condition::NamePrefix(compare::fold(value)))
        }
        _ => Served::No,
    })
}

fn group_condition(part: &Filter) -> Served {
    if let Some(value) = element_value(kinds::group(), part, "members") {
        return clean(value, |value| Served::Narrowed(Condition::Member(value.to_ascii_lowercase())));
    }
    let Some((name, value)) = equality(kinds::group(), part) else { return Served::No };
    clean(value, |value| match name.as_str() {
        "id" => Served::Exactly(Condition::Column("id", value.to_string())),
        "displayName" => Served::Exactly(Condition::Column("display_name_key", compare::fold(value))),
        "externalId" => Served::Exactly(Condition::Column("external_id", compare::nfc(value))),
        "members" | "members.value" => Served::Exactly(Condition::Member(value.to_ascii_lowercase())),
        _ => Served::No,
    })
}

fn clean(value: &str, serve: impl FnOnce(&str) -> Served) -> Served {
    if value.contains('\0') { Served::Exactly(Condition::Nothing) } else { serve(value) }
}

/// `name eq "value"` on an attribute of the core, its name in the schema's spelling.
fn equality<'f>(kind: &ResourceType, part: &'f Filter) -> Option<(String, &'f str)> {
    let Filter::Compare { path, op: CompareOp::Eq, value: CompareValue::String(value) } = part else { return None };
    let found = kind.resolve(path).filter(|found| found.extension.is_none())?;
    let name = match found.sub {
        None => found.attribute.name.clone(),
        Some(sub) => format!("{}.{}", found.attribute.name, sub.name),
    };
    Some((name, value))
}

/// The value in `name[… and value eq "value" and …]`, which Entra sends for e-mail addresses.
fn element_value<'f>(kind: &ResourceType, part: &'f Filter, name: &str) -> Option<&'f str> {
    let Filter::ValuePath { path, filter } = part else { return None };
    let found = kind.resolve(path).filter(|found| found.extension.is_none() && found.attribute.name == name)?;
    found.sub.is_none().then(|| value_among(filter)).flatten()
}

fn value_among(filter: &Filter) -> Option<&str> {
    match filter {
        Filter::And(left, right) => value_among(left).or_else(|| value_among(right)),
        Filter::Compare { path, op: CompareOp::Eq, value: CompareValue::String(value) }
            if path.attribute.eq_ignore_ascii_case("value") =>
        {
            Some(value)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn users(filter: &str) -> (Vec<Condition>, bool) {
        let plan = Plan::users(Some(Filter::parse(filter).unwrap()));
        (plan.conditions, plan.rest.is_some())
    }

    #[test]
    fn what_an_index_answers_leaves_nothing_to_do() {
        for (filter, condition) in [
            ("userName eq \"Ada@X\"", Condition::Column("user_name_key", "ada@x".into())),
            ("USERNAME EQ \"ada@x\"", Condition::Column("user_name_key", "ada@x".into())),
            ("externalId eq \"A\"", Condition::Column("external_id", "A".into())),
            ("id eq \"1\"", Condition::Column("id", "1".into())),
            ("emails.value eq \"A@x\"", Condition::Email("a@x".into())),
            ("emails eq \"A@x\"", Condition::Email("a@x".into())),
            (
                "urn:ietf:params:scim:schemas:core:2.0:User:userName eq \"a\"",
                Condition::Column("user_name_key", "a".into()),
            ),
            ("userName eq \"a\\u0000\"", Condition::Nothing),
        ] {
            assert_eq!(users(filter), (vec![condition], false), "{filter}");
        }
    }

    #[test]
    fn what_an_index_narrows_is_looked_at_again() {
        assert_eq!(users("emails[type eq \"work\"].value eq \"a@x\""), (vec![Condition::Email("a@x".into())], true));
        assert_eq!(users("displayName eq \"Ada\""), (vec![Condition::NamePrefix("ada".into())], true));
        assert_eq!(users("id eq \"1\" and manager eq \"2\""), (vec![Condition::Column("id", "1".into())], true));
    }

    #[test]
    fn what_no_index_serves_is_evaluated_whole() {
        for filter in ["active eq true", "userName eq \"a\" or id eq \"1\"", "not (id eq \"1\")", "userName co \"a\""] {
            assert_eq!(users(filter), (vec![], true), "{filter}");
        }
    }
}
