using System.Net;
using System.Runtime.CompilerServices;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;

namespace RagPy.Gateway.Replicas;

/// <summary>
/// Which replicas get requests. Probes: three failures in a row take a replica out and one success brings it back; one that answers 503 says itself that it is not
/// ready (it is stopping, say) and is out at once. Requests: three that failed by the replica's fault within 30 s take it out for 30 s (load plan, P3-T2), or until a
/// probe that failed succeeds again, for then it has been restarted.
/// </summary>
internal sealed partial class ReplicaHealthPolicy(
    IDestinationHealthUpdater health,
    GatewayOptions options,
    TimeProvider time,
    ILogger<ReplicaHealthPolicy> logger
) : IActiveHealthCheckPolicy, IPassiveHealthCheckPolicy
{
    public const string PolicyName = "ThreeFailures";

    private const int Tolerated = 3;

    private readonly ConditionalWeakTable<DestinationState, Record> _records = [];

    public string Name => PolicyName;

    public void ProbingCompleted(ClusterState cluster, IReadOnlyList<DestinationProbingResult> probingResults)
    {
        var news = new List<NewActiveDestinationHealth>(probingResults.Count);
        foreach (var result in probingResults)
        {
            var record = _records.GetOrCreateValue(result.Destination);
            var healthy = result.Response is { IsSuccessStatusCode: true };
            var failuresBefore = record.ProbeFailures;
            record.ProbeFailures = healthy ? 0 : failuresBefore + 1;
            var isOut = record.ProbeFailures >= Tolerated || result.Response?.StatusCode == HttpStatusCode.ServiceUnavailable;
            if (isOut && result.Destination.Health.Active != DestinationHealth.Unhealthy)
                NotReady(result.Destination.DestinationId, ReasonOf(result));
            if (healthy && failuresBefore > 0)
            {
                record.Forget();
                health.SetPassive(cluster, result.Destination, DestinationHealth.Unknown, options.FailureWindow);
                Back(result.Destination.DestinationId);
            }

            news.Add(new(result.Destination, isOut ? DestinationHealth.Unhealthy : DestinationHealth.Healthy));
        }

        health.SetActive(cluster, news);
    }

    public void RequestProxied(HttpContext context, ClusterState cluster, DestinationState destination)
    {
        if (context.GetForwarderErrorFeature() is not { } failure || !IsReplicasFault(failure.Error))
            return;

        var record = _records.GetOrCreateValue(destination);
        if (record.Fail(time, options.FailureWindow))
        {
            health.SetPassive(cluster, destination, DestinationHealth.Unhealthy, options.FailureWindow);
            Failing(destination.DestinationId, failure.Error);
        }
    }

    private static bool IsReplicasFault(ForwarderError error) =>
        error
            is ForwarderError.Request
                or ForwarderError.RequestTimedOut
                or ForwarderError.RequestBodyDestination
                or ForwarderError.ResponseHeaders
                or ForwarderError.ResponseBodyDestination
                or ForwarderError.UpgradeRequestDestination
                or ForwarderError.UpgradeResponseDestination;

    private static string ReasonOf(DestinationProbingResult result) =>
        result.Response is { } response ? $"it answered {(int)response.StatusCode}" : result.Exception?.Message ?? "it did not answer";

    [LoggerMessage(LogLevel.Warning, "Replica {Address} is not ready: {Reason}.")]
    private partial void NotReady(string address, string reason);

    [LoggerMessage(LogLevel.Information, "Replica {Address} is ready again.")]
    private partial void Back(string address);

    [LoggerMessage(LogLevel.Warning, "Replica {Address} failed three requests and is left alone for a while; the last by {Error}.")]
    private partial void Failing(string address, ForwarderError error);

    /// <summary>What went wrong with one replica.</summary>
    private sealed class Record
    {
        private readonly Queue<long> _failures = new();

        /// <summary>Probes that failed in a row; only the prober, which asks one round after another, touches it.</summary>
        public int ProbeFailures { get; set; }

        /// <summary>Notes a failed request; true when it is one too many, and counting begins anew.</summary>
        public bool Fail(TimeProvider time, TimeSpan window)
        {
            lock (_failures)
            {
                while (_failures.TryPeek(out var oldest) && time.GetElapsedTime(oldest) > window)
                    _failures.Dequeue();

                _failures.Enqueue(time.GetTimestamp());
                if (_failures.Count < Tolerated)
                    return false;

                _failures.Clear();

                return true;
            }
        }

        public void Forget()
        {
            lock (_failures)
                _failures.Clear();
        }
    }
}
