//! Tells a collector of what was done, where the user wants that and redgreen was built for it.

use crate::world::World;
use std::fs;

/// A project, a ticket beside it, and settings that name a collector at `endpoint`.
fn told_to(endpoint: &str) -> World {
    let world = World::new();
    world.repo.write("shop.py", "def price():\n    return 3\n");
    let test = "import shop\n\n\ndef test_price():\n    assert shop.price() == 3\n";
    world.repo.write("test_shop.py", test).commit("base");
    let ticket = "# Taxes\n\n- [ ] `tax(4)` returns 8\n";
    fs::write(world.repo.outside().join("ticket.md"), ticket).unwrap();
    let settings = format!("[otel]\nendpoint = '{endpoint}'\n");
    fs::write(world.beside("config").join("config.toml"), settings).unwrap();
    world
}

fn start(world: &World) -> crate::program::Ended {
    let mut asked = world.command(&["start", "../ticket.md"]);
    asked.env("REDGREEN_CONFIG_DIR", world.beside("config"));
    crate::program::ended(asked.output().unwrap())
}

#[cfg(not(feature = "otel"))]
#[test]
fn a_redgreen_that_was_built_without_says_so_before_anything_is_begun() {
    let world = told_to("http://127.0.0.1:9");
    let said = start(&world);
    assert_eq!(said.code, 2, "{}{}", said.out, said.err);
    assert!(
        said.err
            .contains("[otel], and this redgreen was built without"),
        "{}",
        said.err
    );
    assert!(said.err.contains("--features otel"), "{}", said.err);
}

#[cfg(feature = "otel")]
#[test]
fn a_collector_is_told_what_was_done_and_no_word_of_it() {
    use std::io::{Read as _, Write as _};
    let ear = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = ear.local_addr().unwrap().port();
    let collector = std::thread::spawn(move || {
        let (mut client, _) = ear.accept().unwrap();
        let mut heard = Vec::new();
        let mut chunk = [0; 4096];
        loop {
            let count = client.read(&mut chunk).unwrap();
            heard.extend_from_slice(&chunk[..count]);
            let text = String::from_utf8_lossy(&heard).into_owned();
            let Some((head, body)) = text.split_once("\r\n\r\n") else {
                continue;
            };
            let length = head.to_lowercase();
            let length = length.split("content-length: ").nth(1).unwrap();
            let length: usize = length.lines().next().unwrap().trim().parse().unwrap();
            if body.len() >= length {
                client
                    .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
                    .unwrap();
                return (head.to_owned(), body.to_owned());
            }
        }
    });
    let world = told_to(&format!("http://127.0.0.1:{port}"));
    let said = start(&world);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    assert!(!said.err.contains("telemetry"), "{}", said.err);
    let (head, body) = collector.join().unwrap();
    assert!(head.starts_with("POST /v1/traces "), "{head}");
    let body: serde_json::Value = serde_json::from_str(&body).unwrap();
    let text = body.to_string();
    for owed in ["gate understand", "redgreen.gate.verdict", "service.name"] {
        assert!(text.contains(owed), "{owed}: {text}");
    }
    assert!(!text.contains("Taxes") && !text.contains("tax("), "{text}");

    let world = told_to("http://127.0.0.1:9");
    let said = start(&world);
    assert_eq!(said.code, 0, "work goes on: {}{}", said.out, said.err);
    assert!(
        said.err.contains("telemetry was not sent: "),
        "{}",
        said.err
    );
}
