use std::sync::Arc;

use offhook_client::scenario::{Observer, Outcome, RunEvent, StepResult};
use serde::Serialize;

/// Shows what happens: lines for a person, or an object a line for a program.
pub(super) fn observer(json: bool) -> Observer {
    Arc::new(move |event: RunEvent| {
        if json {
            line(&event);
        } else {
            anstream::println!("{event}");
        }
    })
}

#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum Last<'a> {
    Outcome(&'a Outcome),
}

pub(super) fn outcome(outcome: &Outcome, json: bool) {
    if json {
        line(&Last::Outcome(outcome));
    } else {
        anstream::println!("{}\n", text(outcome));
    }
}

/// The verdict, and why if it is a bad one.
fn text(outcome: &Outcome) -> String {
    let steps = || outcome.consumers.iter().flat_map(|consumer| &consumer.devices).flat_map(|device| &device.steps);
    let took = outcome.took_ms as f64 / 1_000.0;
    let verdict = if outcome.passed { "passed" } else { "FAILED" };
    let mut text = format!("{}: {verdict}, {} steps in {took:.1} s", outcome.scenario, steps().count());
    for step in steps() {
        match &step.result {
            StepResult::Failed { reason } | StepResult::Stuck { reason } => {
                text.push_str(&format!("\n  {}: {}: {reason}", step.place, step.step));
            }
            StepResult::Passed | StepResult::Skipped => {}
        }
    }
    text
}

fn line(value: &impl Serialize) {
    let text = serde_json::to_string(value).expect("events are plain data with text keys");
    anstream::println!("{text}");
}
