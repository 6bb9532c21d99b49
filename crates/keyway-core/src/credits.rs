//! Credits: how often a key may still be used, and when that is topped up.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::patch::Patch;

/// The balance of a key that has a limited number of uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credits {
    /// What is left; never negative.
    pub remaining: i64,
    /// When and to what the balance is reset.
    pub refill: Option<Refill>,
}

/// How often a balance is reset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub enum RefillInterval {
    /// At each UTC midnight.
    Daily,
    /// At UTC midnight of one day of the month.
    Monthly,
}

/// A balance that is reset to `amount` again and again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refill {
    /// How often.
    pub interval: RefillInterval,
    /// To what.
    pub amount: i64,
    /// The day of the month, 1 to 31, for monthly refills; the last day in shorter months.
    pub day: Option<i64>,
}

/// A change of a key's credits, as the table of `keys.updateKey` states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CreditsChange {
    /// The key becomes unlimited; its refill is dropped.
    Unlimited,
    /// Each half is kept or set.
    Limited {
        /// The new balance.
        remaining: Option<i64>,
        /// The new refill.
        refill: Patch<Refill>,
    },
    /// Relative to what is really left; stops at 0 and at the largest balance.
    Add(i64),
}

/// What became of an attempt to spend credits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spend {
    /// Taken; this is left.
    Taken(i64),
    /// Not taken, because only this is left.
    Short(i64),
    /// The key has no limit of uses.
    Unlimited,
}
