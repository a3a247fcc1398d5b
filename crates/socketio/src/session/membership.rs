//! The namespaces of a client, and where it stands with each.

use crate::Namespace;

/// Where a client stands with a namespace. The drawing is in `session.rs`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Membership {
    /// It has asked to join, and waits for the answer.
    Asked,
    Joined,
    /// The server put it out, which it may not know yet.
    Left,
}

/// The namespaces of a client: one or two, seldom more.
#[derive(Debug, Default)]
pub(super) struct Namespaces(Vec<(Namespace, Membership)>);

impl Namespaces {
    pub(super) fn get(&self, namespace: &Namespace) -> Option<Membership> {
        let found = self.0.iter().find(|(name, _)| name == namespace);
        found.map(|(_, membership)| *membership)
    }

    pub(super) fn set(&mut self, namespace: &Namespace, membership: Membership) {
        match self.0.iter_mut().find(|(name, _)| name == namespace) {
            Some(found) => found.1 = membership,
            None => self.0.push((namespace.clone(), membership)),
        }
        self.forget_left();
    }

    pub(super) fn remove(&mut self, namespace: &Namespace) {
        self.0.retain(|(name, _)| name != namespace);
    }

    /// How many it is on, or about to be.
    pub(super) fn count(&self) -> usize {
        self.0.iter().filter(|(_, membership)| *membership != Membership::Left).count()
    }

    /// Those that it is on.
    pub(super) fn joined(&self) -> Vec<Namespace> {
        let joined = self.0.iter().filter(|(_, membership)| *membership == Membership::Joined);
        joined.map(|(name, _)| name.clone()).collect()
    }

    /// Of those that were left long ago, nothing is under way any more.
    fn forget_left(&mut self) {
        let is_left = |(_, membership): &(Namespace, Membership)| *membership == Membership::Left;
        if self.0.iter().filter(|entry| is_left(entry)).count() > REMEMBERED {
            let oldest = self.0.iter().position(is_left);
            oldest.map(|oldest| self.0.remove(oldest));
        }
    }
}

/// How many namespaces that were left are remembered.
const REMEMBERED: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remembers_only_the_last_that_were_left() {
        let name = |number: usize| Namespace::new(&format!("/{number}")).expect("a namespace");
        let mut namespaces = Namespaces::default();
        namespaces.set(&Namespace::MAIN, Membership::Joined);
        for number in 0..=REMEMBERED {
            namespaces.set(&name(number), Membership::Left);
        }
        assert_eq!(namespaces.get(&name(0)), None);
        assert_eq!(namespaces.get(&name(1)), Some(Membership::Left));
        assert_eq!(namespaces.joined(), [Namespace::MAIN]);
        assert_eq!(namespaces.count(), 1);
    }
}
