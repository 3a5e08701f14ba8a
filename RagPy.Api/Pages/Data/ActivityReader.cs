using Microsoft.EntityFrameworkCore;
using RagPy.Core.Pipeline;
using RagPy.Core.Storage;

namespace RagPy.Api.Pages.Data;

/// <summary>Says what goes on in projects. Whether the visitor may see them is checked before.</summary>
internal sealed class ActivityReader(IDbContextFactory<RagPyDbContext> contexts)
{
    /// <summary>The activity of each of the projects that ever had a task.</summary>
    public async Task<IReadOnlyDictionary<long, ProjectActivity>> ReadAsync(
        IReadOnlyCollection<long> projectIds,
        CancellationToken cancellationToken
    )
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context
            .Tasks.Where(task => projectIds.Contains(task.ProjectId))
            .GroupBy(task => task.ProjectId)
            .Select(group => new
            {
                group.Key,
                Last = group.Max(task => task.FinishedAt ?? task.StartedAt ?? task.CreatedAt),
                Open = group.Count(task => task.State == TaskState.Pending || task.State == TaskState.Running),
            })
            .ToDictionaryAsync(row => row.Key, row => new ProjectActivity(row.Last, row.Open), cancellationToken);
    }
}
