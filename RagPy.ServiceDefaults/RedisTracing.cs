using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using StackExchange.Redis;
using StackExchange.Redis.Profiling;

namespace RagPy.ServiceDefaults;

/// <summary>
/// Turns the commands of a Redis client into spans (OpenTelemetry database conventions: system, operation, server; never keys or values). The client reports
/// commands after the fact, gathered per parent span; they are collected a second later.
/// </summary>
/// <remarks>Stands in for the OpenTelemetry instrumentation of StackExchange.Redis, which has no stable release.</remarks>
internal sealed class RedisTracing : IDisposable
{
    private static readonly TimeSpan s_period = TimeSpan.FromSeconds(1);

    private readonly ActivitySource _source = new("RagPy.Redis");
    private readonly ConcurrentDictionary<ActivityContext, ProfilingSession> _sessions = new();
    private readonly ITimer _timer;

    public RedisTracing(TimeProvider time) => _timer = time.CreateTimer(_ => Flush(), null, s_period, s_period);

    /// <summary>Traces the commands of a connection.</summary>
    public void Watch(IConnectionMultiplexer connection) => connection.RegisterProfiler(CurrentSession);

    public void Dispose()
    {
        _timer.Dispose();
        Flush();
        _source.Dispose();
    }

    /// <summary>Emits the spans of every command that has ended.</summary>
    internal void Flush()
    {
        foreach (var (parent, session) in _sessions)
        {
            // A command that ends after its session was collected goes untraced: rare, and better than a session kept for ever.
            if (_sessions.TryRemove(parent, out _))
            {
                foreach (var command in session.FinishProfiling())
                {
                    Emit(parent, command);
                }
            }
        }
    }

    private ProfilingSession? CurrentSession() =>
        _source.HasListeners() && Activity.Current is { Recorded: true } current
            ? _sessions.GetOrAdd(current.Context, _ => new ProfilingSession())
            : null;

    private void Emit(ActivityContext parent, IProfiledCommand command)
    {
        var started = new DateTimeOffset(DateTime.SpecifyKind(command.CommandCreated, DateTimeKind.Utc));
        using var activity = _source.StartActivity(ActivityKind.Client, parent, startTime: started, name: command.Command);
        if (activity is null)
        {
            return;
        }

        activity.SetTag("db.system.name", "redis");
        activity.SetTag("db.operation.name", command.Command);
        activity.SetTag("db.namespace", command.Db);
        if (command.EndPoint is DnsEndPoint { Host: var host, Port: var port })
        {
            activity.SetTag("server.address", host).SetTag("server.port", port);
        }
        else if (command.EndPoint is IPEndPoint ip)
        {
            activity.SetTag("server.address", ip.Address.ToString()).SetTag("server.port", ip.Port);
        }

        activity.SetEndTime(command.CommandCreated + command.ElapsedTime);
    }
}
