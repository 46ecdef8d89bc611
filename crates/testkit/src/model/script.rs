//! Says what a scripted model answers, and what goes wrong on the way.

use serde_json::Value;

/// What a model answers once.
#[derive(Clone, Debug, PartialEq)]
pub enum Turn {
    /// Words alone: the end of an attempt.
    Say(String),
    /// Calls of tools: name and arguments.
    Call(Vec<(String, Value)>),
}

impl Turn {
    /// Words alone.
    pub fn say(text: &str) -> Self {
        Self::Say(text.to_owned())
    }

    /// One call.
    pub fn call(tool: &str, arguments: Value) -> Self {
        Self::Call(vec![(tool.to_owned(), arguments)])
    }
}

/// The answers of one context: those whose first message holds `when`. The turn is told from the
/// number of answers in the request, so that a repeated request gets the same answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Scene {
    /// Words of the request's body by which the context is known; empty fits any.
    pub when: String,
    /// Its answers; the last one again and again behind the end.
    pub turns: Vec<Turn>,
}

/// All that a model answers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Script {
    /// The contexts; the first that fits.
    pub scenes: Vec<Scene>,
    /// What goes wrong: with the number of the request, from 0.
    pub faults: Vec<(usize, Fault)>,
}

impl Script {
    /// One context for all requests.
    pub fn of(turns: Vec<Turn>) -> Self {
        Self::default().scene("", turns)
    }

    /// Adds a context.
    #[must_use]
    pub fn scene(mut self, when: &str, turns: Vec<Turn>) -> Self {
        let when = when.to_owned();
        self.scenes.push(Scene { when, turns });
        self
    }

    /// Lets `fault` happen to the request of that number.
    #[must_use]
    pub fn fault(mut self, request: usize, fault: Fault) -> Self {
        self.faults.push((request, fault));
        self
    }

    /// Lets `fault` happen to every request.
    #[must_use]
    pub fn always(mut self, fault: Fault) -> Self {
        self.faults.push((usize::MAX, fault));
        self
    }

    pub(super) fn fault_of(&self, request: usize) -> Option<&Fault> {
        let hit = |number: usize| number == request || number == usize::MAX;
        self.faults
            .iter()
            .find(|(number, _)| hit(*number))
            .map(|(_, fault)| fault)
    }

    pub(super) fn turn(&self, body: &str, answered: usize) -> Turn {
        let scene = self.scenes.iter().find(|scene| body.contains(&scene.when));
        let turns = scene.map_or(&[][..], |scene| &scene.turns);
        let turn = turns.get(answered).or(turns.last());
        turn.cloned()
            .unwrap_or_else(|| Turn::say("the script has nothing to say"))
    }
}

/// What goes wrong with one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Status 429; with the seconds to wait, where it says so.
    TooMany(Option<u32>),
    /// Another status than 200, with a body.
    Status(u16, String),
    /// The connection ends in the middle of the stream.
    Cut,
    /// The connection ends before anything is said.
    HangUp,
    /// One event is no JSON; everything else is there.
    Garbage,
    /// The stream has this pause, in milliseconds, behind each piece of a few bytes.
    Drip(u64),
    /// The stream has no usage in it, and ends properly.
    NoUsage,
    /// The arguments of the call are no JSON.
    BrokenArguments,
    /// The call names a tool that nobody offered.
    UnknownTool,
    /// The same call over and over, whatever was answered.
    SameCall,
    /// The words of the answer have this many bytes.
    Huge(usize),
    /// One event without an end.
    Endless,
    /// The headers come, and then nothing.
    Silent,
    /// Another place is named, which the key must not be sent to.
    Redirect(String),
}
