//! Lays out what a hostile program looks for: secrets, ears on the network, a repository.

use crate::world::World;
use serde_json::json;
use std::fs;
use std::net::{TcpListener, UdpSocket};
use std::path::{Path, PathBuf};

/// What tries to get out; see the file.
pub(super) const TRIES: &str = include_str!("tries.py");

/// The levels that hold a program.
pub(super) const LEVELS: [&str; 2] = ["bubblewrap", "landlock"];

/// Stands in redgreen's own environment, and must stand in no other.
pub(super) const SECRET: &str = "a-token-that-opens-doors";

/// What a hostile program looks for, and ears that hear whether it got out.
pub(super) struct Places {
    tcp: TcpListener,
    udp: UdpSocket,
    word: String,
    home: PathBuf,
    checkout: PathBuf,
    hook: PathBuf,
    /// All of it as JSON, for the program.
    pub(super) told: String,
}

impl Places {
    /// Around `world`, whose key has been made.
    pub(super) fn around(world: &World) -> Self {
        let home = world.beside("home");
        fs::create_dir_all(home.join(".ssh")).unwrap();
        fs::write(home.join(".ssh/id"), "a key of the user").unwrap();
        let state = world.beside("state");
        fs::write(state.join("key"), "7".repeat(32)).unwrap();
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        fs::set_permissions(state.join("key"), mode).unwrap();
        let tcp = TcpListener::bind("127.0.0.1:0").unwrap();
        let udp = UdpSocket::bind("127.0.0.1:0").unwrap();
        tcp.set_nonblocking(true).unwrap();
        udp.set_nonblocking(true).unwrap();
        let number = tcp.local_addr().unwrap().port();
        // No other process of the machine sleeps as long.
        let word = format!("9{:04}{number:05}", std::process::id() % 10_000);
        let repo = world.repo.path();
        let (checkout, hook) = (repo.join("shop.py"), repo.join(".git/hooks/pre-commit"));
        let kept = repo.join(".git/redgreen/answers/other");
        fs::create_dir_all(kept.parent().unwrap()).unwrap();
        fs::write(&kept, "what another worker thought").unwrap();
        let told = json!({
            "secret": SECRET,
            "repo": repo,
            "checkout": checkout,
            "hook": hook,
            "home": home.join(".profile"),
            "ssh": home.join(".ssh/id"),
            "ssh_text": "a key of the user",
            "key": state.join("key"),
            "key_text": "7777",
            "journal": kept,
            "journal_text": "what another worker thought",
            "tcp": number,
            "udp": udp.local_addr().unwrap().port(),
            "pid": std::process::id(),
            "word": word,
        });
        Self {
            tcp,
            udp,
            word,
            home,
            checkout,
            hook,
            told: told.to_string(),
        }
    }

    /// Fails where anything of what was tried took effect.
    pub(super) fn are_untouched(&self) {
        assert!(self.tcp.accept().is_err(), "somebody connected");
        let mut heard = [0; 16];
        assert!(self.udp.recv(&mut heard).is_err(), "somebody sent");
        assert!(!self.home.join(".profile").exists(), "home was written");
        assert!(!self.hook.exists(), "a hook was planted");
        let code = fs::read_to_string(&self.checkout).unwrap();
        assert!(!code.contains("planted"), "the checkout was written");
        assert_eq!(alive(&self.word), [""; 0], "a process outlived its run");
    }
}

/// Living processes whose command line has `word` in it.
pub(super) fn alive(word: &str) -> Vec<String> {
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let line = |path: &Path| fs::read_to_string(path.join("cmdline")).ok();
    let lines = processes.filter_map(|process| line(&process.path()));
    lines
        .filter(|line| line.starts_with("sleep\0") && line.contains(word))
        .collect()
}
