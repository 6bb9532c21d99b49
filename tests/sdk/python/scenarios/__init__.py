"""What every method does when it succeeds, and the refusals that need a story."""

from harness import Results, World

from . import (
    apis,
    identities,
    key_access,
    keys,
    migrations,
    permissions,
    ratelimits,
    root_keys,
    verification,
    workspaces,
)


def scenarios(results: Results, world: World) -> None:
    """Runs them all."""
    for group in (
        apis,
        keys,
        verification,
        key_access,
        migrations,
        permissions,
        identities,
        ratelimits,
        root_keys,
        workspaces,
    ):
        group.run(results, world)
