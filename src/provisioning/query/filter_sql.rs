//! Filters and orders in SQL: what `muster_scim::index` makes of them, on the rows of `attribute_values` and on what the
//! tables hold anyway (`id`, `meta`, memberships).

use muster_scim::filter::CompareOp;
use muster_scim::index::{Condition, Test};

use super::scope::{Expression, Place, Relation, Scope};
use crate::db::Sql;
use crate::directory::head;
use crate::time::Timestamp;

/// Adds the condition to a statement about the scope's table.
pub fn push_condition(sql: Sql, scope: &Scope, condition: &Condition) -> Sql {
    Writer { scope, within: Within::Resource }.condition(sql, condition)
}

/// Adds the key that the resource is sorted by; NULL for a resource without one.
pub fn push_sort_key(sql: Sql, scope: &Scope, path: &str) -> Sql {
    match scope.place(path) {
        Place::Column(expression) => expression.push_to(sql),
        // What is many-to-many has no first value that both databases would agree on.
        Place::Related(..) => sql.push("CAST(NULL AS TEXT)"),
        Place::Stored => sql
            .push("(SELECT MIN(s.key) FROM attribute_values s WHERE s.resource_id = ")
            .push(scope.table)
            .push(".id AND s.element = 0 AND s.path = ")
            .push_bind(path)
            .push(")"),
    }
}

/// What a condition speaks of: the resource, or one element of an attribute.
#[derive(Clone, Copy)]
enum Within {
    Resource,
    /// The row `e` of `attribute_values`.
    Element,
    /// A row of the relation.
    Related,
}

struct Writer<'a> {
    scope: &'a Scope<'a>,
    within: Within,
}

impl Writer<'_> {
    fn condition(&self, sql: Sql, condition: &Condition) -> Sql {
        match condition {
            Condition::Never => sql.push("1 = 0"),
            Condition::And(left, right) => self.pair(sql, left, " AND ", right),
            Condition::Or(left, right) => self.pair(sql, left, " OR ", right),
            Condition::Not(inner) => self.condition(sql.push("NOT ("), inner).push(")"),
            Condition::Value { path, test } => self.value(sql, path, test),
            Condition::Element { path, inner } => self.element(sql, path, inner),
        }
    }

    fn pair(&self, sql: Sql, left: &Condition, word: &str, right: &Condition) -> Sql {
        let sql = self.condition(sql.push("("), left).push(word);
        self.condition(sql, right).push(")")
    }

    fn value(&self, sql: Sql, path: &str, test: &Test) -> Sql {
        let table = self.scope.table;
        match (self.scope.place(path), self.within) {
            (Place::Column(expression), _) => push_test(sql, self.scope, path, &expression, test),
            (Place::Related(_, expression), Within::Related) => push_test(sql, self.scope, path, &expression, test),
            (Place::Related(relation, expression), _) => {
                let sql = self.related(sql, &relation).push(" AND ");
                push_test(sql, self.scope, path, &expression, test).push(")")
            }
            (Place::Stored, Within::Element) => {
                let sql = sql.push("EXISTS (SELECT 1 FROM attribute_values v WHERE v.resource_id = ").push(table);
                let sql = sql.push(".id AND v.element = e.element AND v.path = ").push_bind(path).push(" AND ");
                push_test(sql, self.scope, path, &Expression::column("v.key"), test).push(")")
            }
            (Place::Stored, _) => match test {
                Test::Key(CompareOp::Eq | CompareOp::Sw, key) if !key.is_empty() && !key.contains('\0') => {
                    let sql = self.indexed(sql, path, test, key).push(" AND ");
                    push_test(sql, self.scope, path, &Expression::column("v.key"), test).push(")")
                }
                _ => {
                    let sql = sql.push("EXISTS (SELECT 1 FROM attribute_values v WHERE v.resource_id = ").push(table);
                    let sql = sql.push(".id AND v.path = ").push_bind(path).push(" AND ");
                    push_test(sql, self.scope, path, &Expression::column("v.key"), test).push(")")
                }
            },
        }
    }

    /// Begins a search by the index on the beginnings of keys; the caller compares the whole key and closes it.
    fn indexed(&self, sql: Sql, path: &str, test: &Test, key: &str) -> Sql {
        let sql = sql
            .push(self.scope.table)
            .push(".id IN (SELECT v.resource_id FROM attribute_values v WHERE v.directory_id = ")
            .push_bind(self.scope.directory)
            .push(" AND v.kind = ")
            .push_bind(self.scope.kind)
            .push(" AND v.path = ")
            .push_bind(path);
        let head = head(key);
        match test {
            Test::Key(CompareOp::Sw, _) => sql
                .push(" AND v.head >= ")
                .push_bind(head)
                .push(" AND v.head < ")
                .push_bind(format!("{head}{}", char::MAX)),
            _ => sql.push(" AND v.head = ").push_bind(head),
        }
    }

    fn element(&self, sql: Sql, path: &str, inner: &Condition) -> Sql {
        let writer = |within| Writer { scope: self.scope, within };
        match self.scope.place(path) {
            // `meta[…]`: there is one.
            Place::Column(_) => writer(Within::Resource).condition(sql.push("("), inner).push(")"),
            Place::Related(relation, _) => {
                let sql = self.related(sql, &relation).push(" AND ");
                writer(Within::Related).condition(sql, inner).push(")")
            }
            Place::Stored => {
                let sql = self.narrowed(sql.push("("), inner);
                let sql =
                    sql.push("EXISTS (SELECT 1 FROM attribute_values e WHERE e.resource_id = ").push(self.scope.table);
                let sql = sql.push(".id AND e.path = ").push_bind(path).push(" AND ");
                writer(Within::Element).condition(sql, inner).push("))")
            }
        }
    }

    /// What must hold of one element, must hold of the resource: `emails[type eq "work" and value eq "a@x"]`, which Entra
    /// sends, is found by the index on the values.
    fn narrowed(&self, sql: Sql, inner: &Condition) -> Sql {
        match inner {
            Condition::And(left, right) => {
                let sql = self.narrowed(sql, left);
                self.narrowed(sql, right)
            }
            Condition::Value { path, test: test @ Test::Key(CompareOp::Eq, key) }
                if !key.is_empty() && !key.contains('\0') =>
            {
                self.indexed(sql, path, test, key).push(") AND ")
            }
            _ => sql,
        }
    }

    fn related(&self, sql: Sql, relation: &Relation) -> Sql {
        let sql = sql.push(self.scope.table).push(".id IN (SELECT ").push(relation.owner).push(" FROM ");
        sql.push(relation.rows).push(" WHERE m.source = ").push_bind(format!("directory:{}", self.scope.directory))
    }
}

/// Adds a test of an expression that gives a key.
fn push_test(sql: Sql, scope: &Scope, path: &str, expression: &Expression, test: &Test) -> Sql {
    let Test::Key(op, key) = test else { return sql.push("1 = 1") };
    if let Some(constant) = expression.constant() {
        return sql.push(if op.holds(constant, key) { "1 = 1" } else { "1 = 0" });
    }
    if let Some(column) = scope.moment_column(path)
        && !op.is_substring()
        && let Some(at) = timestamp(key)
    {
        return sql.push(column).push(sign(*op)).push_bind(&at);
    }
    // No text that is kept holds U+0000, and PostgreSQL does not even take it as a question. All of them stand before or
    // behind a text that holds it as they do to the part in front of it.
    let (op, key) = match key.split_once('\0') {
        None => (*op, key.as_str()),
        Some((front, _)) => match op {
            CompareOp::Lt | CompareOp::Le => (CompareOp::Le, front),
            CompareOp::Gt | CompareOp::Ge => (CompareOp::Gt, front),
            CompareOp::Ne => return expression.push_to(sql).push(" IS NOT NULL"),
            _ => return sql.push("1 = 0"),
        },
    };
    let length = key.chars().count();
    match op {
        CompareOp::Co | CompareOp::Sw | CompareOp::Ew if key.is_empty() => expression.push_to(sql).push(" IS NOT NULL"),
        CompareOp::Co => {
            let sql = expression.push_to(sql.push(scope.dialect.place_of()).push("("));
            sql.push(", ").push_bind(key).push(") > 0")
        }
        CompareOp::Sw => expression.push_to(sql.push("substr(")).push(&format!(", 1, {length}) = ")).push_bind(key),
        CompareOp::Ew => {
            let sql = expression.push_to(sql.push("(length(")).push(&format!(") >= {length} AND substr("));
            let sql =
                expression.push_to(expression.push_to(sql).push(", length(")).push(&format!(") - {length} + 1) = "));
            sql.push_bind(key).push(")")
        }
        _ => expression.push_to(sql).push(sign(op)).push_bind(key),
    }
}

fn sign(op: CompareOp) -> &'static str {
    match op {
        CompareOp::Ne => " <> ",
        CompareOp::Gt => " > ",
        CompareOp::Ge => " >= ",
        CompareOp::Lt => " < ",
        CompareOp::Le => " <= ",
        CompareOp::Eq | CompareOp::Co | CompareOp::Sw | CompareOp::Ew => " = ",
    }
}

/// A moment's key as the columns hold moments, if it loses nothing by it.
fn timestamp(key: &str) -> Option<Timestamp> {
    let millis = key.strip_suffix("000000")?;
    Timestamp::parse(&format!("{millis}Z"))
}
