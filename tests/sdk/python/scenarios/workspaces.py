"""workspace.getLimits"""

from harness import Results, World, client, throttled_root_key


def run(results: Results, world: World) -> None:
    """Runs the cases of this group."""

    def limits() -> None:
        data = client(world.root_key).workspace.get_limits().data
        assert data.api_requests_count_max_per_minute.limit is None
        assert (data.logdrains_max.limit, data.logdrains_max.current) == (0, 0)
        assert data.api_billable_operations_count_max_per_month.limit is None

    results.check("workspace.getLimits", "nothing is limited unless it was asked for", limits)

    def own_limit() -> None:
        data = client(throttled_root_key(500)).workspace.get_limits().data
        assert data.api_requests_count_max_per_minute.limit == 500

    results.check("workspace.getLimits", "shows the workspace's own limit", own_limit)
