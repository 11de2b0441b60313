use std::cell::Cell;
use std::io::IsTerminal as _;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use offhook_client::load::{Plan, Progress};

/// Shows a load while it runs, on standard error: standard output is for the result.
pub(super) enum Screen {
    /// A person watches.
    Bar(ProgressBar),
    /// A line every [`LINE_EVERY`].
    Lines { next: Cell<Duration> },
}

impl Screen {
    pub(super) fn new(plan: &Plan) -> Self {
        if !std::io::stderr().is_terminal() {
            return Self::Lines { next: Cell::new(Duration::ZERO) };
        }
        let bar = ProgressBar::new((plan.time() + plan.length()).as_secs());
        let template = "{spinner:.cyan} [{bar:30.cyan}] {pos}/{len} s  {msg}";
        bar.set_style(ProgressStyle::with_template(template).expect("the template is valid").progress_chars("=> "));
        bar.enable_steady_tick(TICK);
        Self::Bar(bar)
    }

    /// What is under way, for a person who waits.
    pub(super) fn step(&self, text: &'static str) {
        match self {
            Self::Bar(bar) => bar.set_message(text),
            Self::Lines { .. } => anstream::eprintln!("{text}"),
        }
    }

    pub(super) fn show(&self, progress: &Progress) {
        match self {
            Self::Bar(bar) => {
                bar.set_position(progress.elapsed.as_secs());
                bar.set_message(line(progress));
            }
            Self::Lines { next } if progress.elapsed >= next.get() => {
                next.set(progress.elapsed + LINE_EVERY);
                anstream::eprintln!("{:>6.1} s  {}", progress.elapsed.as_secs_f64(), line(progress));
            }
            Self::Lines { .. } => {}
        }
    }

    pub(super) fn clear(&self) {
        match self {
            Self::Bar(bar) => bar.finish_and_clear(),
            Self::Lines { .. } => {}
        }
    }
}

fn line(progress: &Progress) -> String {
    let Progress { planned, started, live, failed, .. } = progress;
    let ms = |time: Duration| format!("{:.1} ms", time.as_secs_f64() * 1_000.0);
    let talking = progress.talking.map(|(p50, p99)| format!(", talking after {} (p99 {})", ms(p50), ms(p99)));
    let delay = progress.delay.map(|delay| format!(", delay p99 {}", ms(delay)));
    let (talking, delay) = (talking.unwrap_or_default(), delay.unwrap_or_default());
    format!("{started}/{planned} started, {live} live, {failed} failed{talking}{delay}")
}

const TICK: Duration = Duration::from_millis(80);
const LINE_EVERY: Duration = Duration::from_secs(5);
