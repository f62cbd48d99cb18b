//! What a trait tells: nothing is right or wrong.

use cimdspec_model::expect::HeaderTold;
use cimdspec_model::expect::Tells;
use cimdspec_model::json;
use cimdspec_model::observation::Arrival;
use cimdspec_model::observation::Happening;
use cimdspec_model::verdict::Outcome;

use crate::disposition::Seen;
use crate::expect::Evidence;
use crate::guard::timing::seconds;
use crate::page::signature::header;
use crate::words;

impl Evidence<'_> {
    pub(super) fn told(&self, tells: &Tells) -> (Outcome, String, String) {
        let told = match tells {
            Tells::Answer(of) => match self.disposition(of) {
                seen @ (Seen::Granted | Seen::Refused(_)) => Ok(words::seen(&seen)),
                seen => Err(words::seen(&seen)),
            },
            Tells::Asked(of) => match (
                self.disposition(of),
                self.record(of).map(|record| &record.arrival),
            ) {
                (Seen::Granted, Some(Arrival::Sent { .. })) => Ok("not asked".to_owned()),
                (Seen::Granted, Some(_)) => Ok("asked".to_owned()),
                (seen, _) => Err(words::seen(&seen)),
            },
            Tells::Header(it) => Ok(self.first_header(it)),
            Tells::Member(it) => match self.last_response(&it.of) {
                None => Err(words::seen(&self.disposition(&it.of))),
                Some((_, _, body)) => {
                    let body = json::value(body);
                    let found = body.as_ref().and_then(|body| body.pointer(&it.at));
                    Ok(found.map_or_else(|| format!("no `{}`", it.at), ToString::to_string))
                }
            },
            Tells::Requests(of) => {
                let requests = self.case.events.iter().filter(|event| {
                    event.host.as_ref() == Some(of) && matches!(event.what, Happening::Request { .. })
                });
                Ok(requests.count().to_string())
            }
            Tells::Seconds(of) => match self.record(of) {
                Some(record) => Ok(seconds(record)),
                None => Err(format!("step `{of}` was not made")),
            },
        };
        let expected = "either way".to_owned();
        match told {
            Ok(told) => (Outcome::Recorded(told.clone()), expected, told),
            Err(why) => (Outcome::inconclusive(why.clone()), expected, why),
        }
    }

    fn first_header(&self, wanted: &HeaderTold) -> String {
        let first = self.case.events.iter().find_map(|event| match &event.what {
            Happening::Request { headers, .. } if event.host.as_ref() == Some(&wanted.of) => Some(headers),
            _ => None,
        });
        match first {
            None => "no request".to_owned(),
            Some(headers) => header(headers, &wanted.name).map_or_else(
                || format!("no `{}`", wanted.name),
                |value| format!("`{}: {value}`", wanted.name),
            ),
        }
    }
}
