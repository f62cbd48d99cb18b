//! The shapes: servers that are as conformant as the plain one, and unlike it in what the specifications leave to them.
//!
//! A run on a shape must find nothing. Shapes stand in no kill matrix; one file for each area.

mod assertions;
mod clients;
mod documents;
mod pages;
mod places;
mod registration;
mod requests;
mod traffic;

use crate::policy::Policy;

/// A conformant server of another kind.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// Its name.
    pub name: &'static str,
    /// What it does otherwise.
    pub summary: &'static str,
    /// What its operator writes into a profile (TOML); empty where that of the plain server fits.
    pub profile: &'static str,
    /// Makes the plain policy this shape's.
    pub apply: fn(&mut Policy),
}

/// All shapes.
pub fn shapes() -> impl Iterator<Item = &'static Shape> {
    registration::SHAPES
        .iter()
        .chain(assertions::SHAPES)
        .chain(clients::SHAPES)
        .chain(documents::SHAPES)
        .chain(pages::SHAPES)
        .chain(places::SHAPES)
        .chain(requests::SHAPES)
        .chain(traffic::SHAPES)
}

/// The shape of this name.
pub fn shape(name: &str) -> Option<&'static Shape> {
    shapes().find(|shape| shape.name == name)
}

#[cfg(test)]
mod behaviour;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_has_its_own_name_and_differs() {
        let mut policies = vec![("", Policy::default())];
        for shape in shapes() {
            let mut policy = Policy::default();
            (shape.apply)(&mut policy);
            for (name, known) in &policies {
                assert_ne!(*known, policy, "{} is {name}", shape.name);
                assert_ne!(*name, shape.name);
            }
            policies.push((shape.name, policy));
        }
    }
}
