//! Customers and their orders: made, shown, changed, gone.

use crate::{
    client::{Client, customer},
    program::Program,
};
use serde_json::json;
use std::collections::BTreeSet;

#[test]
fn a_customer_lives_and_goes() {
    for (program, _folder) in Program::both() {
        let mut client = program.client();

        let created = client.post("/customers", &customer("Ada", "ada@example.com"));
        assert_eq!(created.status(), 201);
        assert_eq!(created.field("location"), "/customers/123");
        let ada = json!({ "customer": { "id": 123, "name": "Ada", "email": "ada@example.com" } });
        assert_eq!(created.json(), ada);

        let got = client.get("/customers/123");
        assert_eq!((got.status(), got.json()), (200, ada.clone()));
        let list = client.get("/customers").json();
        assert_eq!(list, json!({ "customers": [ada["customer"]] }));

        let put = client.put("/customers/123", &customer("Ada King", "ada@example.com"));
        assert_eq!(put.status(), 200);
        assert_eq!(put.json()["customer"]["name"], "Ada King");
        assert!(!put.has("etag"), "the id was added to what was sent (RFC 9110 9.3.4)");
        assert_eq!(client.get("/customers/123").json(), put.json());

        let deleted = client.delete("/customers/123");
        assert_eq!((deleted.status(), &*deleted.body), (204, ""));
        assert!(!deleted.has("content-length"), "RFC 9110 8.6: a 204 has none");
        client.get("/customers/123").problem(404, "not-found");
        client.delete("/customers/123").problem(404, "not-found");
        client.put("/customers/123", &customer("A", "a@example.com")).problem(404, "not-found");
        assert_eq!(client.get("/customers").json(), json!({ "customers": [] }));

        // Its number is not given again, and its address is free.
        let next = client.post("/customers", &customer("Ada", "ada@example.com"));
        assert_eq!(next.field("location"), "/customers/124");
    }
}

#[test]
fn a_customer_has_orders() {
    for (program, _folder) in Program::both() {
        let mut client = program.client();
        client.post("/customers", &customer("Ada", "ada@example.com"));
        client.post("/customers", &customer("Bob", "bob@example.com"));
        assert_eq!(client.get("/customers/124/orders").json(), json!({ "orders": [] }));

        let tea = json!({ "order": { "item": "tea", "quantity": 2 } }).to_string();
        let created = client.post("/customers/124/orders", &tea);
        assert_eq!(created.status(), 201);
        assert_eq!(created.field("location"), "/customers/124/orders/1");
        let order = client.get("/customers/124/orders/1").json();
        assert_eq!(order, json!({ "order": { "id": 1, "item": "tea", "quantity": 2 } }));

        // It is Bob's, and nobody else's.
        client.get("/customers/123/orders/1").problem(404, "not-found");
        assert_eq!(client.get("/customers/123/orders").json(), json!({ "orders": [] }));
        client.post("/customers/99/orders", &tea).problem(404, "not-found");

        // It goes with Bob.
        assert_eq!(client.delete("/customers/124").status(), 204);
        client.get("/customers/124/orders/1").problem(404, "not-found");
        client.get("/customers/124/orders").problem(404, "not-found");
    }
}

#[test]
fn a_long_list_goes_on_where_link_says() {
    for (program, _folder) in Program::both() {
        let mut client = program.client();
        for number in 0..7 {
            client.post("/customers", &customer("A", &format!("{number}@example.com")));
        }
        let mut found = Vec::new();
        let mut path = "/customers?limit=3".to_owned();
        loop {
            let part = client.get(&path);
            let customers = part.json()["customers"].as_array().unwrap().clone();
            assert!(customers.len() <= 3);
            found.extend(customers.iter().map(|customer| customer["id"].as_i64().unwrap()));
            if !part.has("link") {
                break;
            }
            let (next, rel) = part.field("link").split_once(">; ").unwrap();
            assert_eq!(rel, "rel=\"next\"");
            path = next.strip_prefix('<').unwrap().to_owned();
        }
        assert_eq!(found, (123..130).collect::<Vec<_>>());

        for query in ["limit=0", "limit=1001", "limit=x", "after=-1", "after=01", "offset=3"] {
            client.get(&format!("/customers?{query}")).problem(400, "malformed");
        }
    }
}

#[test]
fn two_customers_never_have_the_same_address() {
    for (program, _folder) in Program::both() {
        let mut client = program.client();
        client.post("/customers", &customer("Ada", "ada@example.com"));
        client.post("/customers", &customer("Bob", "bob@example.com"));
        let again = client.post("/customers", &customer("Eve", "ADA@example.com"));
        again.problem(409, "duplicate-email");
        let moved = client.put("/customers/124", &customer("Bob", "ada@Example.com"));
        moved.problem(409, "duplicate-email");
        assert_eq!(client.get("/customers/124").json()["customer"]["email"], "bob@example.com");

        // One's own may be written another way, and an address that was given up is free.
        let louder = client.put("/customers/123", &customer("Ada", "ADA@example.com"));
        assert_eq!(louder.status(), 200);
        let away = client.put("/customers/123", &customer("Ada", "king@example.com"));
        assert_eq!(away.status(), 200);
        let free = client.post("/customers", &customer("Eve", "ada@example.com"));
        assert_eq!(free.status(), 201);
    }
}

#[test]
fn many_clients_at_once_never_get_the_same_id() {
    for (program, _folder) in Program::both() {
        let address = program.address;
        let clients = (0..8).map(|who| {
            std::thread::spawn(move || {
                let mut client = Client::connect(address).unwrap();
                let mut create = |number| {
                    let email = format!("{number}.{who}@example.com");
                    let created = client.post("/customers", &customer("A", &email));
                    assert_eq!(created.status(), 201);
                    created.field("location").to_owned()
                };
                (0..20).map(&mut create).collect::<Vec<_>>()
            })
        });
        let clients: Vec<_> = clients.collect();
        let ids = clients.into_iter().flat_map(|client| client.join().unwrap());
        assert_eq!(ids.collect::<BTreeSet<_>>().len(), 8 * 20);
    }
}
