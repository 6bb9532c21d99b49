//! A cache that ignores changes of one kind gives wrong answers, and these schedules notice it.

use keyway_backends::cache::{Cache, Kind};

use crate::{alone, together};

/// Among how many schedules there must be one that notices.
const SCHEDULES: u64 = 200;

fn assert_caught(kind: Kind) {
    let cache = Cache::new(64 << 20).deaf_to(kind);
    assert_wrong(alone::run_all(cache, 0..SCHEDULES));
}

/// An answer was wrong, and not something else.
fn assert_wrong(outcome: Result<(), String>) {
    let wrong = outcome.expect_err("no schedule needs to hear of that kind");
    assert!(wrong.contains("it could have been"), "{wrong}");
}

#[test]
fn a_cache_deaf_to_keys_is_caught_by_concurrent_schedules_too() {
    let cache = Cache::new(64 << 20).deaf_to(Kind::Key);
    assert_wrong(together::run_all(cache, 0..SCHEDULES));
}

macro_rules! caught {
    ($($test:ident: $kind:ident;)*) => {
        $(
            #[test]
            fn $test() {
                assert_caught(Kind::$kind);
            }
        )*

        #[test]
        fn every_kind_has_its_test() {
            assert_eq!([$(Kind::$kind),*], Kind::ALL);
        }
    };
}

caught! {
    a_cache_deaf_to_keys_is_caught: Key;
    a_cache_deaf_to_root_keys_is_caught: RootKey;
    a_cache_deaf_to_apis_is_caught: Api;
    a_cache_deaf_to_workspaces_is_caught: Workspace;
    a_cache_deaf_to_roles_is_caught: Role;
    a_cache_deaf_to_permissions_is_caught: Permission;
    a_cache_deaf_to_identities_is_caught: Identity;
    a_cache_deaf_to_limits_is_caught: Limit;
    a_cache_deaf_to_namespaces_is_caught: Namespace;
    a_cache_deaf_to_overrides_is_caught: Override;
}
