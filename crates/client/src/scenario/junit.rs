//! Outcomes as JUnit XML, which every CI server shows.

use std::time::Duration;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::outcome::{Outcome, StepOutcome, StepResult};

/// One suite for each outcome, in it one test case for each step and expectation.
pub fn junit(outcomes: &[Outcome]) -> String {
    let mut report = Report::new("offhook run");
    report.add_test_suites(outcomes.iter().map(suite));
    report.to_string().expect("a report in memory can be written")
}

fn suite(outcome: &Outcome) -> TestSuite {
    let mut suite = TestSuite::new(outcome.scenario.as_str());
    suite.set_time(Duration::from_millis(outcome.took_ms));
    for consumer in &outcome.consumers {
        for device in &consumer.devices {
            let party = format!("{}, {}", consumer.name, device.name);
            suite.add_test_cases(device.steps.iter().map(|step| case(&outcome.scenario, &party, step)));
        }
    }
    suite
}

fn case(scenario: &str, party: &str, step: &StepOutcome) -> TestCase {
    let status = match &step.result {
        StepResult::Passed => TestCaseStatus::success(),
        StepResult::Failed { reason } => trouble(NonSuccessKind::Failure, reason, step),
        StepResult::Stuck { reason } => trouble(NonSuccessKind::Error, reason, step),
        StepResult::Skipped => TestCaseStatus::skipped(),
    };
    let mut case = TestCase::new(format!("{party}: {} (line {})", step.step, step.place.line), status);
    case.set_classname(scenario).set_time(Duration::from_millis(step.took_ms));
    case
}

fn trouble(kind: NonSuccessKind, reason: &str, step: &StepOutcome) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(kind);
    status.set_message(reason).set_description(format!("{}: {}\n{reason}", step.place, step.step));
    status
}
