//! The rows of a case as a picture: lanes from left to right, time from top to bottom.

use std::collections::BTreeMap;

use cimdspec_model::observation::Case;
use cimdspec_model::verdict::Finding;
use maud::Markup;
use maud::html;

use super::reach::Reach;
use super::reach::STAGES;
use super::reach::Stage;
use super::rows::Kind;
use super::rows::Row;
use super::rows::Wire;
use crate::html::text::cut;
use crate::words::plural;

/// Left of the lanes, for the times.
const TIMES: i32 = 84;
/// Between the times and the first lane.
const FIRST: i32 = 66;
/// The width of a drawing of few lanes.
const WIDTH: i32 = 1000;
/// Between two lanes: of many, and of few.
const NARROW: i32 = 210;
const WIDE: i32 = 380;
/// Right of the last lane.
const RIGHT: i32 = 110;
const HEAD: i32 = 56;
const ROW: i32 = 36;
/// A connection has its stages below its line.
const CONNECTION: i32 = 54;
/// From the top of a row to its line.
const LINE: i32 = 24;
const PAUSE: i32 = 26;
/// A pause of this length (in microseconds) has a row of its own.
const LONG: u64 = 1_000_000;
/// The width of one character, more or less.
const CHARACTER: i32 = 7;
/// The width of one stage.
const STAGE: i32 = 18;

/// Where a row is.
struct Place<'a> {
    row: &'a Row,
    top: i32,
    /// The pause before it, in microseconds.
    pause: Option<u64>,
}

impl Place<'_> {
    fn line(&self) -> i32 {
        self.top + LINE
    }

    fn height(&self) -> i32 {
        height(&self.row.kind)
    }
}

fn height(kind: &Kind) -> i32 {
    match kind {
        Kind::Connection(_) => CONNECTION,
        _ => ROW,
    }
}

/// The picture of a case for a finding, with this number on its page.
pub(in crate::html) fn timeline(case: &Case, finding: &Finding, number: usize) -> Markup {
    let wire = Wire::of(case, finding);
    let lanes = i32::try_from(wire.lanes.len()).unwrap_or(2).max(2);
    let step = ((WIDTH - TIMES - FIRST - RIGHT) / (lanes - 1)).clamp(NARROW, WIDE);
    let mut places = Vec::new();
    let mut top = HEAD;
    let mut last = None;
    for row in &wire.rows {
        let pause = last
            .map(|last| row.at.0 - last)
            .filter(|pause: &u64| *pause >= LONG);
        top += pause.map_or(0, |_| PAUSE);
        places.push(Place { row, top, pause });
        top += height(&row.kind);
        last = Some(row.at.0);
    }
    let width = TIMES + FIRST + (lanes - 1) * step + RIGHT;
    let height = top + 14;
    let began = wire.rows.first().map_or(0, |row| row.at.0);
    let title = format!("title-{number}");
    let told = format!("desc-{number}");
    let drawing = Drawing { width, step };
    html! {
        div.scroll tabindex="0" role="group" aria-label="timeline, may be scrolled sideways" {
            svg.wire role="img" aria-labelledby={ (title) " " (told) } viewBox={ "0 0 " (width) " " (height) }
                width=(width) height=(height) style={ "min-width:" (width * 3 / 4) "px;max-width:" (width * 9 / 8) "px" } {
                title id=(title) { "Timeline of " (cut(&finding.variant.to_string(), 200)) }
                desc id=(told) { (described(&wire)) }
                @for place in places.iter().filter(|place| place.row.decides) { (drawing.mark(place)) }
                (drawing.lanes(&wire, height))
                (drawing.busy(&places))
                @for place in &places { (drawing.row(place, began)) }
            }
        }
        @if wire.left_off > 0 {
            p.faint { "and " (plural(wire.left_off, "more row")) " of this case, not drawn" }
        }
        @if wire.is_another {
            p.faint { "Drawn from another attempt of this case than the evidence below." }
        }
    }
}

/// What the signs of a timeline mean.
pub(in crate::html) fn legend() -> Markup {
    let whole = [Stage::Reached; 6];
    html! {
        p.legend {
            "Time runs downwards. Bars under a connection show how far it came: "
            @for (place, stage) in STAGES.iter().enumerate() {
                @if place > 0 { ", " }
                (stage)
            }
            " "
            svg.inline role="img" viewBox="0 0 112 10" width="112" height="10" {
                title { "all six stages reached" }
                (bars(&whole, 2, 2))
            }
            ". An outline is a stage that was not needed. A marked row decides the verdict."
        }
    }
}

struct Drawing {
    width: i32,
    step: i32,
}

impl Drawing {
    fn x(&self, lane: usize) -> i32 {
        TIMES + FIRST + i32::try_from(lane).unwrap_or(0) * self.step
    }

    fn lanes(&self, wire: &Wire, height: i32) -> Markup {
        html! {
            @for (place, lane) in wire.lanes.iter().enumerate() {
                @let x = self.x(place);
                line.life x1=(x) y1="44" x2=(x) y2=(height - 6) {}
                text.who x=(x) y="18" text-anchor="middle" { (lane.name) }
                text.note x=(x) y="34" text-anchor="middle" { (lane.note) }
            }
        }
    }

    /// The ground of a row that decides.
    fn mark(&self, place: &Place<'_>) -> Markup {
        html! {
            rect.mark x="2" y=(place.top + 2) width=(self.width - 4) height=(place.height() - 2) rx="5" {}
            path.flag d={ "M2 " (place.top + 7) "h5v" (place.height() - 12) "h-5z" } {}
        }
    }

    /// From a request of the browser to its answer.
    fn busy(&self, places: &[Place<'_>]) -> Markup {
        let mut begun: BTreeMap<usize, (i32, usize)> = BTreeMap::new();
        let mut bars = Vec::new();
        for place in places {
            match place.row.kind {
                Kind::Request(number) => {
                    begun.insert(number, (place.line(), place.row.to));
                }
                Kind::Answer(Some(number)) => {
                    if let Some((from, lane)) = begun.remove(&number) {
                        bars.push((self.x(lane), from, place.line()));
                    }
                }
                _ => {}
            }
        }
        html! {
            @for (x, from, to) in bars {
                rect.busy x=(x - 4) y=(from) width="8" height=((to - from).max(2)) rx="2" {}
            }
        }
    }

    fn row(&self, place: &Place<'_>, began: u64) -> Markup {
        let row = place.row;
        let y = place.line();
        let (from, to) = (self.x(row.from), self.x(row.to));
        let sign = match row.kind {
            Kind::Answer(_) => "answer",
            Kind::Connection(_) | Kind::Again => "fetch",
            Kind::End => "end",
            Kind::Lookup => "lookup",
            Kind::Moved => "moved",
            Kind::Request(_) => "request",
        };
        html! {
            @if let Some(pause) = place.pause {
                @let y = place.top - PAUSE / 2 + 2;
                line.pause x1=(TIMES + 14) y1=(y) x2=(self.width - 8) y2=(y) {}
                text.pause x="12" y=(y + 4) { (span(pause)) " later" }
            }
            g class={ "row " (sign) @if row.decides { " decides" } } {
                text.time x=(TIMES - 12) y=(y + 4) text-anchor="end" { "+" (span(row.at.0 - began)) }
                @if from == to {
                    circle cx=(from) cy=(y) r="4" {}
                    (self.words(row, from + 12, y + 4, self.width - from - 20))
                } @else {
                    @let inner = if to > from { to - 5 } else { to + 5 };
                    line.arrow x1=(if to > from { from + 5 } else { from - 5 }) y1=(y) x2=(inner) y2=(y) {}
                    path.tip d=(tip(inner, y, to > from)) {}
                    @let left = from.min(to);
                    (self.words(row, left + 12, y - 6, (to - from).abs() - 22))
                }
                @if let Kind::Connection(reach) = &row.kind {
                    @let left = from.min(to) + 12;
                    (ladder(reach, left, y + 9, self.width - left - 12))
                }
            }
        }
    }

    /// The words of a row, inside its place.
    fn words(&self, row: &Row, x: i32, y: i32, width: i32) -> Markup {
        let most = usize::try_from(width / CHARACTER - 2).unwrap_or(0).max(4);
        let anchored = matches!(row.kind, Kind::Answer(_) | Kind::End) && row.to < row.from;
        html! {
            // A picture inside the picture cuts what is wider than it seems.
            svg x=(x) y=(y - 13) width=(width.max(20)) height="18" {
                @if anchored {
                    text.words x=(width.max(20) - 2) y="13" text-anchor="end" { (cut(&row.words, most)) }
                } @else {
                    text.words x="0" y="13" { (cut(&row.words, most)) }
                }
                title { (cut(&row.words, 300)) }
            }
        }
    }
}

/// The stages of a connection, with how far it came in words.
fn ladder(reach: &Reach, x: i32, y: i32, width: i32) -> Markup {
    // Nothing else is right of it, so its words may pass other lanes.
    let words = reach.words();
    let beside = width - 6 * STAGE - 8;
    let most = usize::try_from(beside / CHARACTER - 1).unwrap_or(0).max(4);
    html! {
        g.reach {
            title { (cut(&words, 300)) }
            (bars(&reach.stages, x, y))
            svg x=(x + 6 * STAGE + 6) y=(y - 6) width=(beside.max(20)) height="18" {
                text.how x="0" y="12" { (cut(&words, most)) }
            }
        }
    }
}

fn bars(stages: &[Stage; 6], x: i32, y: i32) -> Markup {
    html! {
        @for (place, stage) in (0..).zip(stages) {
            @let class = match stage {
                Stage::Failed => "stage failed",
                Stage::Open => "stage open",
                Stage::Reached => "stage reached",
                Stage::Unneeded => "stage unneeded",
            };
            rect class=(class) x=(x + place * STAGE) y=(y) width=(STAGE - 3) height="6" rx="2" {}
        }
    }
}

fn tip(x: i32, y: i32, rightwards: bool) -> String {
    let back = if rightwards { x - 8 } else { x + 8 };
    format!("M{x} {y}L{back} {}L{back} {}Z", y - 4, y + 4)
}

/// A span of time in a word.
fn span(microseconds: u64) -> String {
    let milliseconds = microseconds / 1000;
    match milliseconds {
        0..1000 => format!("{milliseconds} ms"),
        1000..10_000 => format!("{:.2} s", microseconds as f64 / 1e6),
        _ => format!("{:.1} s", microseconds as f64 / 1e6),
    }
}

/// The picture in words, for who does not see it.
fn described(wire: &Wire) -> String {
    let lane = |place: usize| {
        wire.lanes
            .get(place)
            .map_or("other hosts", |lane| lane.name.as_str())
    };
    let rows = wire.rows.iter().map(|row| {
        let reach = match &row.kind {
            Kind::Connection(reach) => format!(" ({})", reach.words()),
            _ => String::new(),
        };
        let decides = if row.decides { ", decides" } else { "" };
        let whom = format!("{} to {}", lane(row.from), lane(row.to));
        cut(&format!("{whom}: {}{reach}{decides}", row.words), 120)
    });
    rows.collect::<Vec<String>>().join("; ")
}
