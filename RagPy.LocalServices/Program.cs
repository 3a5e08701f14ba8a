using RagPy.LocalServices.Postgres;

if (args is ["postgres", .. var rest] && PostgresCommand.Parse(rest) is { } postgres)
{
    return await postgres.RunAsync();
}

await Console.Error.WriteLineAsync(
    """
    Usage: RagPy.LocalServices postgres [--data DIR] [--tools DIR] [--prepared DIR] [--user NAME] [--grace SECONDS] [--port N] [--keep]
    Runs the embedded PostgreSQL until nobody holds it any more; with --keep until it is told to stop.
    """
);

return 2;
