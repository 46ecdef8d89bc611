//! Tells a collector of the user's choice what a run did, where redgreen was built for that. Work
//! never waits for it and never fails by it.

use super::desk::Desk;
use crate::failure::{Failure, FailureKind};
use redgreen_core::finding::Code;
use redgreen_core::run::RunState;
use redgreen_engine::progress::Progress;
use redgreen_worker::builtin::Settings;

/// That the user's wish for telemetry can be met.
pub(super) fn can_be_sent(settings: &Settings) -> Result<(), Failure> {
    if settings.otel.endpoint.is_none() || cfg!(feature = "otel") {
        return Ok(());
    }
    let message = "the settings name a collector under [otel], and this redgreen was built without";
    let failure = Failure::new(FailureKind::Config, Code::BadConfiguration, message);
    Err(failure.hint("cargo install --features otel redgreen, or take [otel] away"))
}

/// Sends what the run did behind line `before`.
#[cfg(feature = "otel")]
pub(super) fn send(
    desk: &Desk,
    (state, before): (&RunState, u64),
    settings: &Settings,
    tell: &mut dyn FnMut(Progress),
) {
    use redgreen_serve::otel::{HEADERS, Stretch, send, trace};
    let Some(endpoint) = &settings.otel.endpoint else {
        return;
    };
    let sent = desk.journal().and_then(|journal| {
        let lines = redgreen_engine::drive::read_lines(&journal, &state.run);
        let lines = lines.map_err(Failure::from)?;
        let lines: Vec<_> = lines.into_iter().filter(|it| it.seq > before).collect();
        let stretch = Stretch {
            run: &state.run,
            worker: &state.started.worker,
            lines: &lines,
        };
        let headers = std::env::var(HEADERS).ok();
        let trace = trace(&stretch, env!("CARGO_PKG_VERSION"));
        trace.map_or(Ok(()), |trace| {
            send(endpoint, headers.as_deref(), &trace).map_err(|error| {
                Failure::of(FailureKind::Environment, Code::BadConfiguration, &error)
            })
        })
    });
    if let Err(failure) = sent {
        tell(Progress::Note(format!(
            "telemetry was not sent: {}",
            failure.message
        )));
    }
}

#[cfg(not(feature = "otel"))]
pub(super) fn send(
    _desk: &Desk,
    _stretch: (&RunState, u64),
    _settings: &Settings,
    _tell: &mut dyn FnMut(Progress),
) {
}
