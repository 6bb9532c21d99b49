//! When a balance is reset: the calendar of refills, in UTC.

use jiff::civil::Date;
use jiff::tz::Offset;

use crate::credits::{Refill, RefillInterval};
use crate::time::{DAY, Timestamp};

/// The first refill after `time`. Monthly ones come on the refill's day (the first if it names
/// none), or on the last day of a month that is too short for it.
pub fn next(refill: &Refill, time: Timestamp) -> Timestamp {
    match refill.interval {
        RefillInterval::Daily => Timestamp((time.0.div_euclid(DAY) + 1) * DAY),
        RefillInterval::Monthly => next_monthly(refill.day.unwrap_or(1), time),
    }
}

fn next_monthly(day: i64, time: Timestamp) -> Timestamp {
    let Ok(present) = jiff::Timestamp::from_millisecond(time.0) else {
        return Timestamp(i64::MAX);
    };
    let mut month = Offset::UTC.to_datetime(present).date().first_of_month();
    loop {
        let midnight = in_month(month, day);
        if time < midnight {
            return midnight;
        }
        month = match month.last_of_month().tomorrow() {
            Ok(next) => next,
            Err(_) => return Timestamp(i64::MAX),
        };
    }
}

/// UTC midnight of that day of the month, or of its last day.
fn in_month(month: Date, day: i64) -> Timestamp {
    let last = month.days_in_month();
    let day = i8::try_from(day).unwrap_or(last).clamp(1, last);
    let epoch = Date::constant(1970, 1, 1);
    let date = Date::new(month.year(), month.month(), day).unwrap_or(month);
    let days = date.since(epoch).map_or(i64::from(i32::MAX), |span| i64::from(span.get_days()));
    Timestamp(days * DAY)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Walks day by day from 1970 with the rule for leap years written out.
    fn slow_next(refill: &Refill, time: Timestamp) -> Timestamp {
        let (mut year, mut month, mut day, mut at) = (1970, 1, 1, 0);
        loop {
            let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            let length = match month {
                4 | 6 | 9 | 11 => 30,
                2 if leap => 29,
                2 => 28,
                _ => 31,
            };
            let due = match refill.interval {
                RefillInterval::Daily => true,
                RefillInterval::Monthly => day == refill.day.unwrap_or(1).min(length),
            };
            if due && time.0 < at {
                return Timestamp(at);
            }
            at += DAY;
            day += 1;
            if length < day {
                day = 1;
                month += 1;
            }
            if month == 13 {
                month = 1;
                year += 1;
            }
        }
    }

    proptest! {
        #[test]
        fn the_calendar_agrees_with_walking_day_by_day(
            time in 0_i64..4_000_000_000_000,
            on_midnight: bool,
            day in proptest::option::of(1_i64..=31),
            monthly: bool,
        ) {
            let interval = if monthly { RefillInterval::Monthly } else { RefillInterval::Daily };
            let refill = Refill { interval, amount: 1, day };
            let time = Timestamp(if on_midnight { time / DAY * DAY } else { time });
            prop_assert_eq!(next(&refill, time), slow_next(&refill, time));
        }
    }

    #[test]
    fn short_months_refill_on_their_last_day() {
        let refill = Refill { interval: RefillInterval::Monthly, amount: 1, day: Some(31) };
        let mut time = Timestamp(jiff::Timestamp::constant(1_703_980_800, 0).as_millisecond());
        let mut days = Vec::new();
        for _ in 0..5 {
            time = next(&refill, time);
            let date = Offset::UTC.to_datetime(jiff::Timestamp::from_millisecond(time.0).unwrap());
            days.push(date.strftime("%m-%d").to_string());
        }
        assert_eq!(days, ["01-31", "02-29", "03-31", "04-30", "05-31"]);
    }
}
