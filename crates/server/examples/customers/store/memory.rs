//! A store that lasts as long as its program.

use super::{Error, Store};
use crate::{
    customer::{Customer, Draft, Id},
    order::{Order, OrderDraft},
};
use std::{collections::BTreeMap, ops::Bound};

/// Maps, in the order of their keys.
#[derive(Debug)]
pub(crate) struct Memory {
    customers: BTreeMap<Id, Customer>,
    /// Who has which e-mail address, in lower case.
    emails: BTreeMap<String, Id>,
    /// By customer, then by order.
    orders: BTreeMap<(Id, Id), Order>,
    last_customer: Id,
    last_order: Id,
}

impl Memory {
    pub(crate) fn new() -> Self {
        Memory {
            customers: BTreeMap::new(),
            emails: BTreeMap::new(),
            orders: BTreeMap::new(),
            last_customer: Id::BEFORE_FIRST,
            last_order: Id::ZERO,
        }
    }

    /// Gives an address to a customer.
    fn claim(&mut self, email: &str, id: Id) -> Result<(), Error> {
        let email = email.to_ascii_lowercase();
        match self.emails.get(&email) {
            Some(owner) if *owner != id => Err(Error::DuplicateEmail),
            _ => {
                self.emails.insert(email, id);
                Ok(())
            }
        }
    }
}

impl Store for Memory {
    fn begin(&mut self) -> Result<(), Error> {
        Ok(())
    }

    fn commit(&mut self) -> Result<(), Error> {
        Ok(())
    }

    fn customers(&self, after: Id, limit: usize) -> Result<Vec<Customer>, Error> {
        let behind = self.customers.range((Bound::Excluded(after), Bound::Unbounded));
        Ok(behind.take(limit).map(|(_, customer)| customer.clone()).collect())
    }

    fn customer(&self, id: Id) -> Result<Option<Customer>, Error> {
        Ok(self.customers.get(&id).cloned())
    }

    fn create(&mut self, draft: Draft) -> Result<Customer, Error> {
        let id = self.last_customer.next();
        self.claim(&draft.email, id)?;
        let customer = Customer::new(id, draft);
        self.customers.insert(id, customer.clone());
        self.last_customer = id;
        Ok(customer)
    }

    fn replace(&mut self, customer: &Customer) -> Result<(), Error> {
        self.claim(&customer.email, customer.id)?;
        let before = self.customers.insert(customer.id, customer.clone());
        if let Some(before) = before
            && !before.email.eq_ignore_ascii_case(&customer.email)
        {
            self.emails.remove(&before.email.to_ascii_lowercase());
        }
        Ok(())
    }

    fn delete(&mut self, id: Id) -> Result<(), Error> {
        if let Some(customer) = self.customers.remove(&id) {
            self.emails.remove(&customer.email.to_ascii_lowercase());
        }
        self.orders.retain(|(customer, _), _| *customer != id);
        Ok(())
    }

    fn orders(&self, customer: Id, after: Id, limit: usize) -> Result<Vec<Order>, Error> {
        let behind = self.orders.range((Bound::Excluded((customer, after)), Bound::Unbounded));
        let theirs = behind.take_while(|((of, _), _)| *of == customer);
        Ok(theirs.take(limit).map(|(_, order)| order.clone()).collect())
    }

    fn order(&self, customer: Id, id: Id) -> Result<Option<Order>, Error> {
        Ok(self.orders.get(&(customer, id)).cloned())
    }

    fn create_order(&mut self, customer: Id, draft: OrderDraft) -> Result<Order, Error> {
        let order = Order::new(self.last_order.next(), draft);
        self.orders.insert((customer, order.id), order.clone());
        self.last_order = order.id;
        Ok(order)
    }
}
