//! Tests of forges against fakes at the wire.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what every test shares stands outside of the test functions"
)]

mod checks;
mod comments;
mod pulls;
mod reviews;
mod states;
mod tickets;
mod trouble;

use redgreen_forge::access::Access;
use redgreen_forge::name::named;
use redgreen_forge::remote::remote;
use redgreen_forge::site::{Spot, Told, spot};
use redgreen_forge::{Forge, ForgeError, Item, Opening, Patience, Tracker, forge, tracker};
use redgreen_testkit::forge::FakeForge;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A client's side: what the environment says, and every wait that it would have made.
struct Side {
    access: Access,
    told: Told,
    waits: Arc<Mutex<Vec<Duration>>>,
    cache: Option<std::path::PathBuf>,
}

impl Side {
    fn of(fake: &FakeForge, vars: &[(&'static str, String)]) -> Self {
        let vars: Vec<(&str, &str)> = vars
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let told = Told {
            origin: remote(&fake.clone_address()),
            ..Told::default()
        };
        Self {
            access: Access::of(&vars),
            told,
            waits: Arc::default(),
            cache: None,
        }
    }

    fn github(fake: &FakeForge) -> Self {
        Self::of(fake, &fake.variables())
    }

    fn gitlab(fake: &FakeForge) -> Self {
        Self::of(fake, &fake.gitlab_variables())
    }

    fn gitea(fake: &FakeForge) -> Self {
        Self::of(fake, &fake.gitea_variables())
    }

    /// Each sort of forge, with a client's side of it.
    fn of_each() -> [(FakeForge, Self); 3] {
        let forges = [FakeForge::github(), FakeForge::gitlab(), FakeForge::gitea()];
        let [hub, lab, tea] = forges;
        let sides = [Self::github(&hub), Self::gitlab(&lab), Self::gitea(&tea)];
        let [one, two, three] = sides;
        [(hub, one), (lab, two), (tea, three)]
    }

    fn opening(&self) -> Opening<'_> {
        let waits = Arc::clone(&self.waits);
        let patience = Patience::default().sleeping(move |wait| waits.lock().unwrap().push(wait));
        Opening {
            patience,
            cache: self.cache.clone(),
            access: Some(&self.access),
        }
    }

    fn spot(&self, name: &str) -> Result<Spot, ForgeError> {
        spot(
            &named(name).expect("the name of an item"),
            &self.told,
            &self.access,
        )
    }

    fn tracker(&self, name: &str) -> Box<dyn Tracker> {
        tracker(&self.spot(name).unwrap(), &self.opening()).unwrap()
    }

    fn forge(&self) -> Box<dyn Forge> {
        forge(&self.spot("#1").unwrap(), &self.opening()).unwrap()
    }

    fn item(&self, name: &str) -> Result<Item, ForgeError> {
        tracker(&self.spot(name)?, &self.opening())?.item()
    }

    fn waits(&self) -> Vec<u64> {
        self.waits
            .lock()
            .unwrap()
            .iter()
            .map(Duration::as_secs)
            .collect()
    }
}
