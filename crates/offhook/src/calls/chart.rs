//! How the legs did, drawn from a timeline's reports.

use maud::{Markup, html};
use offhook_wire::{LegReportShown, TimelineEvent, TimelineItem};

/// A line of a chart.
struct Line {
    side: &'static str,
    name: &'static str,
    value: fn(&LegReportShown) -> Option<f64>,
}

/// Rate, loss and times of both legs; nothing if there are no two reports.
pub(super) fn charts(entries: &[TimelineItem]) -> Markup {
    let reports: Vec<_> = entries.iter().filter_map(reported).collect();
    let in_out = |into, out| {
        ["business", "consumer"]
            .into_iter()
            .flat_map(move |side| [Line { side, name: "in", value: into }, Line { side, name: "out", value: out }])
    };
    let rates: Vec<_> = in_out(
        |leg: &LegReportShown| Some(leg.bits_per_second_in / 1e3),
        |leg: &LegReportShown| Some(leg.bits_per_second_out / 1e3),
    )
    .collect();
    let losses: Vec<_> =
        in_out(|leg| leg.loss_ratio_in.map(|ratio| 100.0 * ratio), |leg| leg.loss_ratio_out.map(|ratio| 100.0 * ratio))
            .collect();
    let times: Vec<_> = ["business", "consumer"]
        .into_iter()
        .flat_map(|side| {
            [
                Line { side, name: "jitter in", value: |leg| leg.jitter_in_ms },
                Line { side, name: "round trip", value: |leg| leg.round_trip_ms },
            ]
        })
        .collect();
    html! {
        @if reports.len() > 1 {
            div.charts {
                (chart("kbit/s", &rates, &reports))
                (chart("% lost", &losses, &reports))
                (chart("ms", &times, &reports))
            }
        }
    }
}

fn reported(entry: &TimelineItem) -> Option<(i64, &[LegReportShown])> {
    if let TimelineEvent::Report { legs } = &entry.event { Some((entry.at_us, legs)) } else { None }
}

fn chart(unit: &str, lines: &[Line], reports: &[(i64, &[LegReportShown])]) -> Markup {
    let values = |line: &Line| -> Vec<(i64, f64)> {
        let of_side = |legs: &[LegReportShown]| legs.iter().rfind(|leg| leg.side == line.side).and_then(line.value);
        reports.iter().filter_map(|(at, legs)| Some((*at, of_side(legs)?))).collect()
    };
    let drawn: Vec<_> = lines.iter().map(values).collect();
    let highest = drawn.iter().flatten().map(|(_, value)| *value).fold(0.0, f64::max);
    let (from, to) = (reports[0].0, reports[reports.len() - 1].0);
    let points = |values: &[(i64, f64)]| {
        let point = |(at, value): &(i64, f64)| {
            let x = WIDTH * (at - from) as f64 / (to - from).max(1) as f64;
            let y = HEIGHT * (1.0 - value / highest.max(f64::MIN_POSITIVE));
            format!("{x:.1},{y:.1}")
        };
        values.iter().map(point).collect::<Vec<_>>().join(" ")
    };
    html! {
        figure {
            figcaption { (unit) ", up to " (format!("{highest:.1}")) }
            svg viewBox=(format!("0 -2 {WIDTH} {}", HEIGHT + 4.0)) preserveAspectRatio="none" role="img" aria-label=(unit) {
                @for (number, values) in drawn.iter().enumerate() {
                    polyline class={ "line" (number) } points=(points(values)) vector-effect="non-scaling-stroke" {}
                }
            }
            ul.legend {
                @for (number, line) in lines.iter().enumerate() {
                    li class={ "line" (number) } { (line.side) " " (line.name) }
                }
            }
        }
    }
}

const WIDTH: f64 = 300.0;
const HEIGHT: f64 = 60.0;
