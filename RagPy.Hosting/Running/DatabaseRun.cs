using Aspire.Hosting.ApplicationModel;
using RagPy.Hosting.Backing;

namespace RagPy.Hosting.Running;

/// <summary>A database: made when its server is ready, unless it is the user's.</summary>
internal sealed class DatabaseRun(PostgresDatabaseResource database, RunServices run) : ResourceRun(database, run)
{
    protected override async Task RunAsync(CancellationToken stopping)
    {
        if (!database.TryGetLastAnnotation<ConnectionStringRedirectAnnotation>(out _))
        {
            await PostgresBacking.CreateDatabaseAsync(database, stopping);
        }

        SetReady();
    }
}
