using RagPy.Core.Projects;

namespace RagPy.Api.Http;

/// <summary>Until accounts come everybody who reaches the service is its local owner; <see cref="LocalGuard"/> sees to it that nobody else does.</summary>
internal sealed class LocalOwner(ProjectService projects) : ICurrentPerson
{
    private readonly Lock _gate = new();
    private long? _id;

    public ValueTask<long> GetIdAsync(HttpContext context)
    {
        lock (_gate)
        {
            return _id is { } id ? ValueTask.FromResult(id) : new ValueTask<long>(FindAsync(context.RequestAborted));
        }
    }

    private async Task<long> FindAsync(CancellationToken cancellationToken)
    {
        var owner = await projects.EnsureLocalOwnerAsync(cancellationToken);
        lock (_gate)
        {
            _id = owner.Id;
        }

        return owner.Id;
    }
}
