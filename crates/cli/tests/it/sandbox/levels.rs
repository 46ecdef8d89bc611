//! Which level holds, what a project may ask for, and what stops at a limit.

use super::places::{LEVELS, SECRET};
use crate::world::World;
use redgreen_cli::json::{CheckState, DoctorDocument, ProveDocument};
use redgreen_core::proof::{ChangeVerdict, TestVerdict};
use std::io::{Read as _, Write as _};
use std::net::TcpListener;

fn feature_with(config: &str, test: &str) -> World {
    let world = World::new();
    world.repo.write("shop.py", "def price():\n    return 3\n");
    world.repo.write("redgreen.toml", config).commit("base");
    world.repo.branch("topic");
    world.add_feature();
    world.repo.write("test_tax.py", test).commit("feature");
    world
}

fn proven_at(world: &World, level: &str) -> ProveDocument {
    let said = world.redgreen(&["--sandbox", level, "prove", "--json", "--samples", "1"]);
    serde_json::from_str(&said.out)
        .unwrap_or_else(|error| panic!("{error}: {}{}", said.out, said.err))
}

#[test]
fn a_suite_that_needs_its_own_loopback_has_one_in_bubblewrap_and_is_told_elsewhere() {
    let test = "import socket\nfrom tax import tax\n\n\ndef test_tax():\n    \
                assert tax(4) == 8\n    with socket.socket() as ear:\n        \
                ear.bind(('127.0.0.1', 0))\n        ear.listen()\n        \
                socket.create_connection(ear.getsockname()).close()\n";
    let world = feature_with("", test);
    let document = proven_at(&world, "bubblewrap");
    assert_eq!(document.verdict, ChangeVerdict::Proven, "{document:#?}");
    let document = proven_at(&world, "landlock");
    assert_eq!(document.verdict, ChangeVerdict::Unclear, "{document:#?}");
    let said = &document.proof.findings[0].message;
    assert!(said.contains("sandboxed off"), "{said}");
}

#[test]
fn an_open_network_is_a_word_in_bases_configuration() {
    let ear = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = ear.local_addr().unwrap().port();
    let test = format!(
        "import socket\nfrom tax import tax\n\n\ndef test_tax():\n    assert tax(4) == 8\n    \
         socket.create_connection(('127.0.0.1', {port})).close()\n"
    );
    let world = feature_with("[sandbox]\nnetwork = 'all'\n", &test);
    for level in LEVELS {
        let document = proven_at(&world, level);
        assert_eq!(document.verdict, ChangeVerdict::Proven, "{document:#?}");
        let told = &document.evidence[0].sandbox;
        assert!(told.contains("network open"), "{told}");
    }
}

#[test]
fn forks_without_end_and_floods_stop_at_their_limits() {
    for level in LEVELS {
        let flood = "import os, pathlib\nfrom tax import tax\n\n\ndef test_tax(tmp_path):\n    \
                     assert tax(4) == 8\n    block = b'x' * (1 << 20)\n    try:\n        \
                     with open(tmp_path / 'flood', 'wb') as file:\n            \
                     for _ in range(12):\n                file.write(block)\n    \
                     except OSError:\n        return\n    assert False\n\n\n\
                     def test_forks():\n    import time\n    for _ in range(300):\n        \
                     if os.fork() == 0:\n            time.sleep(60)\n            \
                     os._exit(0)\n    time.sleep(60)\n    assert tax(1) == 2\n";
        let config = "[sandbox]\nprocesses = 100\nfile_mb = 8\n";
        let world = feature_with(config, flood);
        let document = proven_at(&world, level);
        let tests = &document.proof.tests;
        let test = |name: &str| {
            tests
                .iter()
                .find(|test| test.id.name.contains(name))
                .unwrap()
        };
        assert_ne!(
            test("test_forks").verdict,
            TestVerdict::Proves,
            "{document:#?}"
        );
        let lines = document.proof.not_checked.join("\n");
        assert!(
            lines.contains("more than 100 processes"),
            "{level}: {document:#?}"
        );
    }
}

#[test]
fn without_any_sandbox_a_proof_goes_on_and_says_so() {
    let world = World::feature();
    let document = proven_at(&world, "limits");
    assert_eq!(document.verdict, ChangeVerdict::Proven, "{document:#?}");
    assert_eq!(document.evidence[0].sandbox, "limits only; network open");
}

#[test]
fn a_project_can_ask_for_more_than_there_is() {
    let world = feature_with(
        "[sandbox]\nweakest = 'landlock'\n",
        "from tax import tax\n\n\ndef test_tax():\n    assert tax(4) == 8\n",
    );
    let said = world.fails(&["--sandbox", "limits", "prove"], "RG114", 4);
    assert!(said.contains("no landlock sandbox is to be had"), "{said}");
}

#[test]
fn doctor_shows_the_level_and_the_way_to_a_stronger_one() {
    let world = World::feature();
    let check = |args: &[&str]| {
        let said = world.redgreen(args);
        let document: DoctorDocument = serde_json::from_str(&said.out).unwrap();
        let mut checks = document.checks.into_iter();
        checks.find(|check| check.what == "sandbox").unwrap()
    };
    let best = check(&["doctor", "--json"]);
    assert_eq!(best.state, CheckState::Good, "{best:?}");
    let weak = check(&["--sandbox", "limits", "doctor", "--json"]);
    assert_eq!(weak.state, CheckState::Note, "{weak:?}");
    assert!(weak.found.contains("your own rights"), "{weak:?}");
    assert!(weak.mend.is_some_and(|mend| mend.contains("bubblewrap")));
}

#[test]
fn a_worker_reaches_the_hosts_that_are_named_for_it_and_no_others() {
    for level in LEVELS {
        let ear = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = ear.local_addr().unwrap().port();
        std::thread::spawn(move || {
            for mut client in ear.incoming().flatten() {
                let mut asked = [0; 4096];
                assert!(client.read(&mut asked).unwrap() > 0, "an empty request");
                let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
                client.write_all(answer).unwrap();
            }
        });
        let world = World::new();
        world
            .repo
            .write("shop.py", "def total(prices):\n    return sum(prices)\n");
        let config = format!("[worker]\nhosts = ['127.0.0.1:{port}']\n");
        world.repo.write("redgreen.toml", config);
        let test = "import shop\n\n\ndef test_total():\n    assert shop.total([1, 2]) == 3\n";
        world.repo.write("test_shop.py", test).commit("base");
        let ticket = "---\nsize: tiny\n---\n# Discounts\n\n- [ ] `half(200)` returns 100\n";
        std::fs::write(world.repo.outside().join("ticket.md"), ticket).unwrap();
        let script = format!(
            "import json, os, socket, urllib.request\n\
             direct = urllib.request.build_opener(urllib.request.ProxyHandler({{}}))\n\
             said = direct.open('http://127.0.0.1:{port}/', timeout=10).read().decode()\n\
             try:\n    urllib.request.urlopen('http://169.254.169.254/', timeout=10)\n\
             except OSError as error:\n    said += f' {{error}}'\n\
             at = os.environ['HTTP_PROXY'].rsplit(':', 1)\n\
             with socket.create_connection(('127.0.0.1', int(at[1]))) as proxy:\n    \
             proxy.sendall(b'CONNECT other.example:443 HTTP/1.1\\r\\n\\r\\n')\n    \
             said += ' ' + proxy.recv(4096).decode().split('\\r')[0]\n\
             json.dump({{'summary': said}}, open(os.environ['REDGREEN_CLAIM'], 'w'))\n"
        );
        let path = world.repo.outside().join("worker.py");
        std::fs::write(&path, script).unwrap();
        let worker = format!("command:python3 {}", path.display());
        let said = world.redgreen(&[
            "--sandbox",
            level,
            "run",
            "../ticket.md",
            "--worker",
            &worker,
        ]);
        let log = world.redgreen(&["log", "--json"]).out;
        let shown = format!("{level}: {}{}{log}", said.out, said.err);
        assert!(log.contains("hello HTTP Error 403"), "{shown}");
        assert!(log.contains("HTTP/1.1 403 Forbidden"), "{shown}");
        for refused in ["169.254.169.254:80: refused", "other.example:443: refused"] {
            assert!(log.contains(refused), "{refused} {shown}");
        }
        assert!(!log.contains(SECRET));
    }
}

#[test]
fn a_tool_that_a_checkout_brings_says_its_version_in_the_sandbox() {
    for (level, runs) in [("limits", true), ("bubblewrap", false), ("landlock", false)] {
        let world = World::python();
        let trace = world.repo.outside().join("ran");
        world.repo.write(".venv/pyvenv.cfg", "home = /usr/bin\n");
        let script = format!(
            "#!/bin/sh\ntouch {}\nexec python3 \"$@\"\n",
            trace.display()
        );
        world.repo.write(".venv/bin/python", script);
        let program = world.repo.path().join(".venv/bin/python");
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(&program, mode).unwrap();
        let said = world.redgreen(&["--sandbox", level, "doctor", "--json"]);
        assert!(
            said.out.contains(".venv/bin/python"),
            "{level}: {}",
            said.out
        );
        assert_eq!(trace.exists(), runs, "{level}: {}", said.out);
    }
}
