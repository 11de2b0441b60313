//! The curves as a picture.

use std::path::Path;

use anyhow::{Context as _, anyhow};
use plotters::prelude::*;
use plotters::style::{FontStyle, register_font};

use super::report::Point;

/// Above, what a packet costs over the number of calls; below, the ratio.
pub(super) fn draw(path: &Path, curve: &[Point]) -> anyhow::Result<()> {
    register_font("sans-serif", FontStyle::Normal, epaint_default_fonts::UBUNTU_LIGHT)
        .map_err(|_| anyhow!("the font is invalid"))?;
    let area = BitMapBackend::new(path, SIZE).into_drawing_area();
    area.fill(&WHITE)?;
    let (above, below) = area.split_vertically(SIZE.1 / 2);
    let relayed = ("relayed", BLUE, points(curve, |point| point.ns_per_packet / 1000.0));
    let forwarded = ("merely forwarded", BLACK, points(curve, |point| point.bare_ns_per_packet / 1000.0));
    panel(&above, "CPU time of a packet, microseconds", 0.0, &[relayed, forwarded])?;
    let ratio = ("forwarded / relayed", BLUE, points(curve, |point| point.ratio_to_bare_udp));
    panel(&below, "ratio to a bare UDP forwarder", 1.0, &[ratio])?;
    area.present().context("the file cannot be written")
}

type Points = Vec<(f64, f64)>;

fn points(curve: &[Point], value: impl Fn(&Point) -> f64) -> Points {
    curve.iter().map(|point| (point.calls as f64, value(point))).collect()
}

/// One diagram, from zero to at least `highest`.
fn panel(
    area: &DrawingArea<BitMapBackend<'_>, plotters::coord::Shift>,
    title: &str,
    highest: f64,
    lines: &[(&str, RGBColor, Points)],
) -> anyhow::Result<()> {
    let all = || lines.iter().flat_map(|(_, _, points)| points);
    let most_calls = all().map(|(calls, _)| *calls).fold(10.0, f64::max);
    let top = all().map(|(_, value)| value * HEADROOM).fold(highest, f64::max);
    let mut chart = ChartBuilder::on(area)
        .caption(title, ("sans-serif", 24))
        .margin(16)
        .x_label_area_size(40)
        .y_label_area_size(56)
        .build_cartesian_2d((5.0..most_calls * 1.5).log_scale(), 0.0..top)?;
    let calls = |calls: &f64| format!("{calls:.0}");
    chart.configure_mesh().x_desc("calls").x_label_formatter(&calls).label_style(("sans-serif", 16)).draw()?;
    for (name, color, points) in lines {
        let color = *color;
        chart
            .draw_series(LineSeries::new(points.iter().copied(), color.stroke_width(2)).point_size(4))?
            .label(*name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 20, y)], color.stroke_width(2)));
    }
    let corner = SeriesLabelPosition::LowerRight;
    chart.configure_series_labels().position(corner).border_style(BLACK).label_font(("sans-serif", 16)).draw()?;
    Ok(())
}

const SIZE: (u32, u32) = (900, 900);
const HEADROOM: f64 = 1.15;
