//! Where the values of an attribute are found.

use crate::db::{Dialect, Sql};
use crate::id::DirectoryId;

/// One kind of a directory's resources, as far as a query must know it.
pub struct Scope<'a> {
    pub table: &'static str,
    /// The resource type's name.
    pub kind: &'a str,
    /// Where the kind is served, with the base URL.
    pub location: String,
    pub base: &'a str,
    pub directory: &'a DirectoryId,
    pub dialect: Dialect,
}

/// Where a path's values are.
pub enum Place {
    /// In the row itself: there is always one.
    Column(Expression),
    /// In rows of another table.
    Related(Relation, Expression),
    /// In `attribute_values`.
    Stored,
}

/// Parts of SQL of ours, and texts to bind.
pub struct Expression(Vec<Part>);

enum Part {
    Sql(&'static str),
    Text(String),
}

/// Rows that belong to resources; `m` is the membership.
pub struct Relation {
    pub owner: &'static str,
    pub rows: &'static str,
}

const GROUPS: Relation =
    Relation { owner: "m.member_id", rows: "memberships m JOIN groups g ON g.id = m.group_id AND g.source = m.source" };
const MEMBERS: Relation = Relation {
    owner: "m.group_id",
    rows: "memberships m LEFT JOIN users u ON u.id = m.member_id LEFT JOIN groups n ON n.id = m.member_id",
};

impl Scope<'_> {
    /// Where the values of a canonical path are, as keys.
    pub fn place(&self, path: &str) -> Place {
        use Part::{Sql, Text};
        let column = |parts| Place::Column(Expression(parts));
        match (self.table, path) {
            (_, "id") => column(vec![Sql(self.column("users.id", "groups.id", "resources.id"))]),
            (_, "meta" | "meta.resourceType") => column(vec![Text(self.kind.to_string())]),
            (_, "meta.created") => column(self.moment("created_at")),
            (_, "meta.lastModified") => column(self.moment("updated_at")),
            (_, "meta.version") => {
                let version = self.column("users.version", "groups.version", "resources.version");
                column(vec![Sql("'W/\"' || CAST("), Sql(version), Sql(" AS TEXT) || '\"'")])
            }
            (_, "meta.location") => {
                let id = self.column("users.id", "groups.id", "resources.id");
                column(vec![Text(format!("{}/", self.location)), Sql(" || "), Sql(id)])
            }
            ("users", "groups" | "groups.value") => Place::Related(GROUPS, Expression(vec![Sql("g.id")])),
            ("users", "groups.display") => Place::Related(GROUPS, Expression(vec![Sql("g.display_name_key")])),
            ("users", "groups.type") => Place::Related(GROUPS, Expression(vec![Text("direct".into())])),
            ("users", "groups.$ref") => {
                let base = Text(format!("{}/Groups/", self.base));
                Place::Related(GROUPS, Expression(vec![base, Sql(" || g.id")]))
            }
            ("groups", "members" | "members.value") => Place::Related(MEMBERS, Expression(vec![Sql("m.member_id")])),
            ("groups", "members.type") => Place::Related(MEMBERS, Expression(vec![Sql("m.member_kind")])),
            ("groups", "members.display") => {
                let name = "COALESCE(u.display_name_key, n.display_name_key, '')";
                Place::Related(MEMBERS, Expression(vec![Sql(name)]))
            }
            ("groups", "members.$ref") => {
                let endpoint = " || CASE m.member_kind WHEN 'user' THEN '/Users/' ELSE '/Groups/' END || m.member_id";
                Place::Related(MEMBERS, Expression(vec![Text(self.base.to_string()), Sql(endpoint)]))
            }
            _ => Place::Stored,
        }
    }

    /// The column of a moment, which an index serves.
    pub fn moment_column(&self, path: &str) -> Option<&'static str> {
        match path {
            "meta.created" => Some(self.column("users.created_at", "groups.created_at", "resources.created_at")),
            "meta.lastModified" => Some(self.column("users.updated_at", "groups.updated_at", "resources.updated_at")),
            _ => None,
        }
    }

    /// A moment's key: columns hold milliseconds and a zone, keys hold nanoseconds and none.
    fn moment(&self, name: &str) -> Vec<Part> {
        let column = match name {
            "created_at" => self.column("users.created_at", "groups.created_at", "resources.created_at"),
            _ => self.column("users.updated_at", "groups.updated_at", "resources.updated_at"),
        };
        vec![Part::Sql("substr("), Part::Sql(column), Part::Sql(", 1, 23) || '000000'")]
    }

    fn column(&self, of_users: &'static str, of_groups: &'static str, of_resources: &'static str) -> &'static str {
        match self.table {
            "users" => of_users,
            "groups" => of_groups,
            _ => of_resources,
        }
    }
}

impl Expression {
    /// A column that holds keys.
    pub fn column(name: &'static str) -> Self {
        Self(vec![Part::Sql(name)])
    }

    /// The key, where it is the same for every row.
    pub fn constant(&self) -> Option<&str> {
        match self.0.as_slice() {
            [Part::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// Adds the expression, in parentheses.
    pub fn push_to(&self, sql: Sql) -> Sql {
        let sql = self.0.iter().fold(sql.push("("), |sql, part| match part {
            Part::Sql(text) => sql.push(text),
            // PostgreSQL would not know the type of a bare parameter.
            Part::Text(text) => sql.push("CAST(").push_bind(text).push(" AS TEXT)"),
        });
        sql.push(")")
    }
}
