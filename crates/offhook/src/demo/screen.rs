use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use offhook_client::story::StoryEvent;

use super::verdict::{PartyVerdict, Verdict};

/// Where the demo is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Screen {
    /// A person watches: lines, and a bar while the parties talk.
    Terminal,
    /// Lines only.
    Plain,
    /// Nothing; the verdict is enough.
    Silent,
}

/// Shows the call as it happens.
pub(super) struct Show {
    screen: Screen,
    bar: ProgressBar,
}

impl Show {
    pub(super) fn new(screen: Screen) -> Self {
        let bar = match screen {
            Screen::Terminal => ProgressBar::new_spinner(),
            Screen::Plain | Screen::Silent => ProgressBar::hidden(),
        };
        let style = ProgressStyle::with_template("{spinner:.cyan} {msg}").expect("the template is valid");
        bar.set_style(style);
        bar.enable_steady_tick(TICK);
        Self { screen, bar }
    }

    /// What is under way, for a person who waits.
    pub(super) fn step(&self, text: &'static str) {
        self.bar.set_message(text);
    }

    pub(super) fn event(&self, event: &StoryEvent) {
        self.line(&event.to_string());
    }

    pub(super) fn line(&self, text: &str) {
        match self.screen {
            Screen::Terminal => self.bar.println(text),
            Screen::Plain => anstream::println!("{text}"),
            Screen::Silent => {}
        }
    }

    pub(super) fn verdict(&self, verdict: &Verdict) {
        self.bar.finish_and_clear();
        self.line(&table(verdict));
        if verdict.ok {
            self.line("Audio went both ways.");
        } else {
            self.line(&format!("Failed: {}.", verdict.missing.join("; ")));
        }
    }
}

fn table(verdict: &Verdict) -> String {
    let ms = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |ms| format!("{ms:.1} ms"));
    let Verdict { business, consumer, .. } = verdict;
    let rows = [
        ("connect request to answer", ms(Some(verdict.connect_ms))),
        ("… to pick-up", ms(verdict.accepted_ms)),
        ("… to the consumer's voice", ms(verdict.audio_ms)),
        ("voice to echo and back", ms(verdict.round_trip_ms)),
        ("business → consumer", flow(business, consumer)),
        ("consumer → business", flow(consumer, business)),
        ("webhooks, all signed", format!("{} of {}", verdict.webhooks - verdict.signatures_wrong, verdict.webhooks)),
        ("call ended", verdict.status.map_or_else(|| "–".to_owned(), |status| format!("{status:?}"))),
    ];
    let width = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    let line = |(name, value): &(&str, String)| format!("  {name:width$}  {value}\n");
    format!("\nResult\n{}", rows.iter().map(line).collect::<String>())
}

fn flow(from: &PartyVerdict, to: &PartyVerdict) -> String {
    let heard = to.heard_dbfs.map_or_else(|| "silence".to_owned(), |level| format!("{level:.1} dBFS"));
    let loss = 100.0 * to.packets_lost as f64 / from.packets_sent.max(1) as f64;
    format!("{} packets sent, {} heard, {loss:.1} % lost, at {heard}", from.packets_sent, to.packets_heard)
}

const TICK: Duration = Duration::from_millis(80);
