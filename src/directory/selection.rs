//! Which of a directory's resources are wanted, in which order.

use crate::db::Sql;

/// A condition or an order, as something to add to a statement about one table.
pub type Clause<'a> = &'a (dyn Fn(Sql) -> Sql + Send + Sync);

/// A part of all resources of one kind.
#[derive(Clone, Copy)]
pub struct Selection<'a> {
    /// Adds ` AND …` for what must hold.
    pub narrow: Clause<'a>,
    /// Adds ` ORDER BY …`, a total order.
    pub order: Clause<'a>,
    pub limit: u64,
    pub offset: u64,
}

impl Selection<'_> {
    /// Completes a SELECT.
    pub(in crate::directory) fn complete(&self, select: Sql) -> Sql {
        self.arrange((self.narrow)(select))
    }

    /// The order and the part of a SELECT that is narrowed already.
    pub(in crate::directory) fn arrange(&self, select: Sql) -> Sql {
        (self.order)(select)
            .push(" LIMIT ")
            .push_bind(i64::try_from(self.limit).unwrap_or(i64::MAX))
            .push(" OFFSET ")
            .push_bind(i64::try_from(self.offset).unwrap_or(i64::MAX))
    }
}
