using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace RagPy.ServiceDefaults;

/// <summary>Something that a service does without for a while, and that says itself what is the matter with it.</summary>
public static class ProblemHealthCheck
{
    /// <summary>Well below what a probe waits for: what is slow must not make a service unready.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3);

    /// <summary>Probes come every few seconds from several sides, and what is asked may be far away and paid for by the request.</summary>
    private static readonly TimeSpan s_goodFor = TimeSpan.FromSeconds(30);

    /// <summary>Adds a check that makes <c>/health</c> say <c>degraded</c>, and never <c>unhealthy</c>.</summary>
    /// <param name="findProblem">Gives a sentence; null when all is well. Asked at most twice a minute.</param>
    public static IHealthChecksBuilder AddProblemCheck(
        this IHealthChecksBuilder builder,
        string name,
        Func<IServiceProvider, CancellationToken, Task<string?>> findProblem
    )
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(findProblem);
        var memory = new Memory();

        return builder.Add(
            new HealthCheckRegistration(
                name,
                services => new Check(
                    token => findProblem(services, token),
                    memory,
                    services.GetService<TimeProvider>() ?? TimeProvider.System
                ),
                HealthStatus.Degraded,
                tags: null,
                timeout: s_patience + TimeSpan.FromSeconds(1)
            )
        );
    }

    private sealed class Check(Func<CancellationToken, Task<string?>> findProblem, Memory memory, TimeProvider time) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            if (memory.Last is not { } answer || time.GetUtcNow() - answer.At >= s_goodFor)
            {
                memory.Last = answer = new Answer(await AskAsync(cancellationToken), time.GetUtcNow());
            }

            return answer.Problem is null
                ? HealthCheckResult.Healthy()
                : new HealthCheckResult(context.Registration.FailureStatus, answer.Problem);
        }

        private async Task<string?> AskAsync(CancellationToken cancellationToken)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(s_patience);
            try
            {
                return await findProblem(limit.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return "There is no answer in time.";
            }
        }
    }

    private sealed record Answer(string? Problem, DateTimeOffset At);

    private sealed class Memory
    {
        public volatile Answer? Last;
    }
}
