//! Leaves the work to a person, who hands in by `redgreen check`.

use redgreen_engine::drive::{Handed, Logbook, Task, Worker, WorkerFailed};

/// A person at a keyboard, or an agent that is led from inside its own session.
#[derive(Clone, Copy, Debug, Default)]
pub struct Human;

impl Worker for Human {
    fn name(&self) -> String {
        "human".to_owned()
    }

    fn work(&mut self, _task: &Task, _logbook: &mut dyn Logbook) -> Result<Handed, WorkerFailed> {
        Ok(Handed::Later)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::in_memory::{InMemory, task};
    use redgreen_core::phase::Phase;
    use std::path::Path;

    #[test]
    fn a_person_is_never_waited_for() {
        let task = task(Path::new("/nowhere"), Phase::Red);
        let handed = Human.work(&task, &mut InMemory::default());
        assert!(matches!(handed, Ok(Handed::Later)));
    }
}
