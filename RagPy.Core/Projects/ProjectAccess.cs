using Microsoft.EntityFrameworkCore;
using RagPy.Core.Pipeline;
using RagPy.Core.Storage;

namespace RagPy.Core.Projects;

/// <summary>
/// The one policy that decides who sees what (DESIGN §4.6): a person reaches a project by a member row, and everything else by its project.
/// Every service and route that takes an id from outside asks here first. Projects being deleted are gone for everyone.
/// </summary>
public sealed class ProjectAccess(IDbContextFactory<RagPyDbContext> contexts)
{
    /// <summary>The projects that a person may see, as a query to build on.</summary>
    public static IQueryable<Project> VisibleProjects(RagPyDbContext context, long personId)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Projects.Where(project =>
            project.DeletedAt == null && context.ProjectMembers.Any(member => member.ProjectId == project.Id && member.PersonId == personId)
        );
    }

    /// <summary>The project, when the person has at least this role in it.</summary>
    /// <exception cref="NotFoundException">No such project for this person.</exception>
    /// <exception cref="AccessDeniedException">A member with too small a role.</exception>
    public async Task<Project> RequireAsync(long personId, long projectId, ProjectRole role, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await (
            from project in context.Projects.AsNoTracking()
            join member in context.ProjectMembers on project.Id equals member.ProjectId
            where project.Id == projectId && member.PersonId == personId && project.DeletedAt == null
            select new { project, member.Role }
        ).SingleOrDefaultAsync(cancellationToken);
        if (found is null)
        {
            throw new NotFoundException("project", projectId);
        }

        return found.Role >= role ? found.project : throw new AccessDeniedException(role);
    }

    /// <summary>The session, when the person has at least this role in its project.</summary>
    /// <exception cref="NotFoundException">No such session for this person.</exception>
    /// <exception cref="AccessDeniedException">A member with too small a role.</exception>
    public async Task<Session> RequireSessionAsync(long personId, long sessionId, ProjectRole role, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var session = await context.Sessions.AsNoTracking().SingleOrDefaultAsync(s => s.Id == sessionId, cancellationToken);
        await RequireOwningProjectAsync(personId, session?.ProjectId, "session", sessionId, role, cancellationToken);
        return session!;
    }

    /// <summary>The task, when the person has at least this role in its project.</summary>
    /// <exception cref="NotFoundException">No such task for this person.</exception>
    /// <exception cref="AccessDeniedException">A member with too small a role.</exception>
    public async Task<PipelineTask> RequireTaskAsync(long personId, long taskId, ProjectRole role, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var task = await context.Tasks.AsNoTracking().SingleOrDefaultAsync(t => t.Id == taskId, cancellationToken);
        await RequireOwningProjectAsync(personId, task?.ProjectId, "task", taskId, role, cancellationToken);
        return task!;
    }

    /// <summary>The document, when the person has at least this role in its project.</summary>
    /// <exception cref="NotFoundException">No such document for this person.</exception>
    /// <exception cref="AccessDeniedException">A member with too small a role.</exception>
    public async Task<Document> RequireDocumentAsync(long personId, Guid documentId, ProjectRole role, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var document = await context.Documents.AsNoTracking().SingleOrDefaultAsync(d => d.Id == documentId, cancellationToken);
        await RequireOwningProjectAsync(personId, document?.ProjectId, "document", documentId, role, cancellationToken);
        return document!;
    }

    private async Task RequireOwningProjectAsync(
        long personId,
        long? projectId,
        string what,
        object id,
        ProjectRole role,
        CancellationToken cancellationToken
    )
    {
        if (projectId is null)
        {
            throw new NotFoundException(what, id);
        }

        try
        {
            await RequireAsync(personId, projectId.Value, role, cancellationToken);
        }
        catch (NotFoundException)
        {
            // The answer names what was asked for, not the project behind it.
            throw new NotFoundException(what, id);
        }
    }
}
