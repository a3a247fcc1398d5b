//! What a customer ordered: `/customers/223/orders/12`.

use crate::{
    customer::Id,
    fields::{Fault, Fields},
    representation::{Cell, Resource},
};
use serde::Serialize;

/// One thing, some number of times.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Order {
    pub(crate) id: Id,
    pub(crate) item: String,
    pub(crate) quantity: i64,
}

impl Order {
    pub(crate) fn new(id: Id, OrderDraft { item, quantity }: OrderDraft) -> Self {
        Order { id, item, quantity }
    }
}

impl Resource for Order {
    const ONE: &'static str = "order";
    const MANY: &'static str = "orders";

    fn cells(&self) -> Vec<Cell> {
        let Order { id, item, quantity } = self;
        vec![("id", id.to_string()), ("item", item.clone()), ("quantity", quantity.to_string())]
    }

    fn key(&self) -> Option<String> {
        Some(self.id.to_string())
    }
}

/// What a client may say about an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OrderDraft {
    pub(crate) item: String,
    pub(crate) quantity: i64,
}

impl OrderDraft {
    /// Reads the body of a POST: `{"order": {"item": "tea", "quantity": 2}}`.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub(crate) fn read(body: &[u8]) -> Result<OrderDraft, Fault> {
        let mut fields = Fields::of_json(body, Order::ONE)?;
        let item = fields.text("item", check_item);
        let quantity = fields.number("quantity", 1..=1_000);
        fields.end()?;
        Ok(OrderDraft { item, quantity })
    }
}

fn check_item(item: &str) -> Result<(), &'static str> {
    match item.chars().count() {
        0 => Err("is empty"),
        101.. => Err("is longer than 100 characters"),
        _ if item.chars().any(char::is_control) => Err("contains a control character"),
        _ => Ok(()),
    }
}
