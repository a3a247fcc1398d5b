//! A store that outlives its program: a file, kept by SQLite.
//!
//! What was committed is in the file, whatever happens to the program. Two settings
//! say what that costs and what else it survives:
//!
//! | setting | why |
//! | --- | --- |
//! | `journal_mode = WAL` | a commit only appends to a log (`FILE-wal`): one write, one flush; others, such as the `sqlite3` shell, may read meanwhile |
//! | `synchronous = FULL` | each commit waits until the disk has it, so that a power cut loses nothing either; with NORMAL, the default for many, only the program may be killed, not the machine |

use super::{Error, Store};
use crate::{
    customer::{Customer, Draft, Id},
    order::{Order, OrderDraft},
};
use rusqlite::{Connection, OptionalExtension, Row, ffi, params};
use std::{path::Path, time::Duration};

/// A file.
#[derive(Debug)]
pub(crate) struct Sqlite {
    connection: Connection,
}

/// AUTOINCREMENT: an id that was deleted is not given again.
const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS customers (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL,
        email TEXT NOT NULL UNIQUE COLLATE NOCASE
    ) STRICT;
    CREATE TABLE IF NOT EXISTS orders (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        customer INTEGER NOT NULL REFERENCES customers ON DELETE CASCADE,
        item TEXT NOT NULL,
        quantity INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS orders_of_a_customer ON orders (customer, id);
";

impl Sqlite {
    /// Opens the file, or makes a new one.
    ///
    /// # Errors
    /// It cannot be opened, or it is something else.
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        let connection = Connection::open(path)?;
        // Another program may write too, but not for long.
        connection.busy_timeout(Duration::from_secs(1))?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.execute_batch(TABLES)?;
        // The table in which SQLite remembers the last id it gave.
        connection.execute(
            "INSERT INTO sqlite_sequence (name, seq) SELECT 'customers', ?1
             WHERE NOT EXISTS (SELECT * FROM sqlite_sequence WHERE name = 'customers')",
            params![Id::BEFORE_FIRST.number()],
        )?;
        Ok(Sqlite { connection })
    }
}

impl Store for Sqlite {
    fn begin(&mut self) -> Result<(), Error> {
        // IMMEDIATE: no other program writes between our looking and our writing.
        Ok(self.connection.execute_batch("BEGIN IMMEDIATE")?)
    }

    fn commit(&mut self) -> Result<(), Error> {
        let committed = self.connection.execute_batch("COMMIT");
        if committed.is_err() && !self.connection.is_autocommit() {
            self.connection.execute_batch("ROLLBACK")?;
        }
        Ok(committed?)
    }

    fn customers(&self, after: Id, limit: usize) -> Result<Vec<Customer>, Error> {
        let sql = "SELECT id, name, email FROM customers WHERE id > ?1 ORDER BY id LIMIT ?2";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map(params![after.number(), limit as i64], customer)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn customer(&self, id: Id) -> Result<Option<Customer>, Error> {
        let sql = "SELECT id, name, email FROM customers WHERE id = ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        Ok(statement.query_row(params![id.number()], customer).optional()?)
    }

    fn create(&mut self, draft: Draft) -> Result<Customer, Error> {
        let sql = "INSERT INTO customers (name, email) VALUES (?1, ?2)";
        let mut statement = self.connection.prepare_cached(sql)?;
        let id = statement.insert(params![draft.name, draft.email])?;
        Ok(Customer::new(Id::new(id), draft))
    }

    fn replace(&mut self, customer: &Customer) -> Result<(), Error> {
        let Customer { id, name, email } = customer;
        let sql = "UPDATE customers SET name = ?2, email = ?3 WHERE id = ?1";
        self.connection.prepare_cached(sql)?.execute(params![id.number(), name, email])?;
        Ok(())
    }

    fn delete(&mut self, id: Id) -> Result<(), Error> {
        // The orders go with it: ON DELETE CASCADE.
        let sql = "DELETE FROM customers WHERE id = ?1";
        self.connection.prepare_cached(sql)?.execute(params![id.number()])?;
        Ok(())
    }

    fn orders(&self, customer: Id, after: Id, limit: usize) -> Result<Vec<Order>, Error> {
        let sql = "SELECT id, item, quantity FROM orders
                   WHERE customer = ?1 AND id > ?2 ORDER BY id LIMIT ?3";
        let mut statement = self.connection.prepare_cached(sql)?;
        let wanted = params![customer.number(), after.number(), limit as i64];
        let rows = statement.query_map(wanted, order)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn order(&self, customer: Id, id: Id) -> Result<Option<Order>, Error> {
        let sql = "SELECT id, item, quantity FROM orders WHERE customer = ?1 AND id = ?2";
        let mut statement = self.connection.prepare_cached(sql)?;
        let wanted = params![customer.number(), id.number()];
        Ok(statement.query_row(wanted, order).optional()?)
    }

    fn create_order(&mut self, customer: Id, draft: OrderDraft) -> Result<Order, Error> {
        let sql = "INSERT INTO orders (customer, item, quantity) VALUES (?1, ?2, ?3)";
        let mut statement = self.connection.prepare_cached(sql)?;
        let id = statement.insert(params![customer.number(), draft.item, draft.quantity])?;
        Ok(Order::new(Id::new(id), draft))
    }
}

fn customer(row: &Row<'_>) -> rusqlite::Result<Customer> {
    Ok(Customer { id: Id::new(row.get(0)?), name: row.get(1)?, email: row.get(2)? })
}

fn order(row: &Row<'_>) -> rusqlite::Result<Order> {
    Ok(Order { id: Id::new(row.get(0)?), item: row.get(1)?, quantity: row.get(2)? })
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error() {
            Some(code) if code.extended_code == ffi::SQLITE_CONSTRAINT_UNIQUE => {
                Error::DuplicateEmail
            }
            _ => Error::Sqlite(error),
        }
    }
}
