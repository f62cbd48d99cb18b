//! The families of mutations: each takes a few numbers and changes one part of the world, with what must hold then.

mod asked;
mod body;
mod credentials;
mod delivery;
mod echo;
mod identifier;
mod inside;
mod listed;
mod member;
mod metadata;
mod name;
mod registration;
mod request;
mod response;
mod token;

use crate::dictionary::Dictionary;
use crate::draft::Draft;
use crate::tape::Words;

/// What one mutation does to a world.
pub(crate) type Family = fn(&mut Words<'_>, &Dictionary, &mut Draft);

/// Those for clients with a document. The first one of a tape of zeros does nothing.
const OF_DOCUMENTS: [Family; 15] = [
    nothing,
    metadata::mutate,
    member::mutate,
    asked::mutate,
    inside::mutate,
    identifier::mutate,
    body::mutate,
    response::mutate,
    name::mutate,
    delivery::mutate,
    listed::mutate,
    request::mutate,
    token::mutate,
    credentials::mutate,
    echo::mutate,
];

/// Those for clients that register themselves.
const OF_REGISTERED: [Family; 10] = [
    nothing,
    metadata::mutate,
    member::mutate,
    asked::mutate,
    inside::mutate,
    registration::mutate,
    listed::mutate,
    request::mutate,
    token::mutate,
    credentials::mutate,
];

/// Applies one mutation: the first number says which.
pub(crate) fn apply(words: &mut Words<'_>, dictionary: &Dictionary, draft: &mut Draft) {
    let families: &[Family] = match draft.kind.has_document() {
        true => &OF_DOCUMENTS,
        false => &OF_REGISTERED,
    };
    if let Some(family) = words.pick(families) {
        family(words, dictionary, draft);
    }
}

fn nothing(_: &mut Words<'_>, _: &Dictionary, _: &mut Draft) {}
