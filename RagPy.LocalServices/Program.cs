using RagPy.LocalServices.Postgres;
using RagPy.LocalServices.Redis;

switch (args)
{
    case [PostgresArguments.Verb, .. var rest] when PostgresArguments.Parse(rest) is { } arguments:
        return await new PostgresCommand(arguments).RunAsync();
    case [RedisCommand.Verb, .. var rest] when RedisCommand.Parse(rest) is { } redis:
        return await redis.RunAsync();
    default:
        await Console.Error.WriteLineAsync(
            """
            Usage: RagPy.LocalServices postgres [--data DIR] [--port N] [--parent PID] [--tools DIR] [--prepared DIR] [--user NAME]
                   RagPy.LocalServices redis [--port N] [--parent PID]        (password in REDIS_PASSWORD)
            Runs the service on 127.0.0.1 until SIGTERM or Ctrl-C, or until the process PID has ended.
            """
        );

        return 2;
}
