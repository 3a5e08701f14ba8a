using Microsoft.EntityFrameworkCore;
using Npgsql;
using RagPy.Core.CleanUp;
using RagPy.Core.Embedding;
using RagPy.Core.Indexing;
using RagPy.Core.Indexing.Remote;
using RagPy.Core.Providers.Chat;
using RagPy.Core.Settings;
using RagPy.Core.Storage;

namespace RagPy.Core.Projects;

/// <summary>Makes, finds, lists and deletes projects.</summary>
public sealed class ProjectService(
    IDbContextFactory<RagPyDbContext> contexts,
    ProjectAccess access,
    DeletionService deletion,
    IEmbedderRegistry embedders,
    IChatModels chatModels,
    RagPySettings settings,
    VectorStores stores,
    TimeProvider time
)
{
    /// <summary>Name of the person who owns everything until accounts come.</summary>
    public const string LocalOwnerName = "local";

    /// <summary>Longest name of a project, in characters.</summary>
    public const int MaxName = 255;

    /// <summary>The local owner, made at the first call. Safe to call from several processes at once.</summary>
    public async Task<Person> EnsureLocalOwnerAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await FindLocalOwnerAsync(context, cancellationToken);
        if (found is not null)
        {
            return found;
        }

        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        await context.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({AdvisoryLocks.LocalOwner})", cancellationToken);
        found = await FindLocalOwnerAsync(context, cancellationToken);
        if (found is null)
        {
            found = new Person { Name = LocalOwnerName, CreatedAt = time.GetUtcNow() };
            context.People.Add(found);
            await context.SaveChangesAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return found;
    }

    /// <summary>The person's own project of this name, made with the default embedder and store when there is none.</summary>
    /// <param name="name">1 to 255 characters; compared exactly.</param>
    /// <exception cref="ArgumentException">The name is blank or too long.</exception>
    public Task<Project> GetOrCreateAsync(long personId, string name, CancellationToken cancellationToken) =>
        GetOrCreateAsync(personId, name, store: null, cancellationToken);

    /// <summary>The person's own project of this name, made with the default embedder when there is none.</summary>
    /// <param name="name">1 to 255 characters; compared exactly.</param>
    /// <param name="store">Kind of store of a new project; null for the default. One that is there keeps its own.</param>
    /// <exception cref="ArgumentException">The name is blank or too long.</exception>
    /// <exception cref="StoreNotUsableException">There is no such store, or it is not configured.</exception>
    public async Task<Project> GetOrCreateAsync(long personId, string name, string? store, CancellationToken cancellationToken)
    {
        RequireName(name);
        return await FindAsync(personId, name, cancellationToken)
            ?? await CreateAsync(personId, name, "", store, cancellationToken)
            // Someone made it between the look and the insert: theirs is the project.
            ?? await FindAsync(personId, name, cancellationToken)
            ?? throw new NotFoundException("project", name);
    }

    /// <summary>Makes a project with the default embedder and store.</summary>
    /// <param name="name">1 to 255 characters; compared exactly.</param>
    /// <returns>Null when the person has one of this name.</returns>
    /// <exception cref="ArgumentException">The name is blank or too long.</exception>
    public Task<Project?> CreateAsync(long personId, string name, string description, CancellationToken cancellationToken) =>
        CreateAsync(personId, name, description, store: null, cancellationToken);

    /// <summary>Makes a project with the default embedder.</summary>
    /// <param name="name">1 to 255 characters; compared exactly.</param>
    /// <param name="store">Kind of its vector store; null for the default.</param>
    /// <returns>Null when the person has one of this name.</returns>
    /// <exception cref="ArgumentException">The name is blank or too long.</exception>
    /// <exception cref="StoreNotUsableException">There is no such store, or it is not configured.</exception>
    public async Task<Project?> CreateAsync(
        long personId,
        string name,
        string description,
        string? store,
        CancellationToken cancellationToken
    )
    {
        RequireName(name);
        store ??= stores.Default;
        stores.Require(store);
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var now = time.GetUtcNow();
        var embedder = embedders.Default;
        var project = new Project
        {
            Name = name,
            Description = description,
            OwnerId = personId,
            Embedder = embedder.Id,
            Dimension = embedder.Dimension,
            CleanUp = CleanUpRules.Require(chatModels, settings.DefaultCleanUp),
            Store = store,
            CreatedAt = now,
        };
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        context.Projects.Add(project);
        if (!await TrySaveNameAsync(context, cancellationToken))
        {
            return null;
        }

        context.ProjectMembers.Add(
            new ProjectMember
            {
                ProjectId = project.Id,
                PersonId = personId,
                Role = ProjectRole.Owner,
                CreatedAt = now,
            }
        );
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return project;
    }

    /// <summary>Renames or describes a project; what is null stays.</summary>
    /// <returns>False when its owner has another project of this name.</returns>
    /// <exception cref="ArgumentException">The name is blank or too long.</exception>
    /// <exception cref="NotFoundException">No such project for this person.</exception>
    /// <exception cref="AccessDeniedException">The person may only look.</exception>
    public async Task<bool> UpdateAsync(
        long personId,
        long projectId,
        string? name,
        string? description,
        CancellationToken cancellationToken
    )
    {
        await access.RequireAsync(personId, projectId, ProjectRole.Collaborator, cancellationToken);
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var project =
            await context.Projects.SingleOrDefaultAsync(p => p.Id == projectId && p.DeletedAt == null, cancellationToken)
            ?? throw new NotFoundException("project", projectId);
        if (name is not null)
        {
            RequireName(name);
            project.Name = name;
        }

        project.Description = description ?? project.Description;
        return await TrySaveNameAsync(context, cancellationToken);
    }

    /// <summary>The project of this name that the person may see; an own one before a shared one. Null when there is none.</summary>
    public async Task<Project?> FindAsync(long personId, string name, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await ProjectAccess
            .VisibleProjects(context, personId)
            .AsNoTracking()
            .Where(project => project.Name == name)
            .OrderByDescending(project => project.OwnerId == personId)
            .ThenBy(project => project.Id)
            .FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>One project.</summary>
    /// <exception cref="NotFoundException">No such project for this person.</exception>
    public Task<Project> GetAsync(long personId, long projectId, CancellationToken cancellationToken) =>
        access.RequireAsync(personId, projectId, ProjectRole.Viewer, cancellationToken);

    /// <summary>Every project the person is a member of, by name.</summary>
    public async Task<IReadOnlyList<ProjectSummary>> ListAsync(long personId, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await Summaries(context, personId, ProjectAccess.VisibleProjects(context, personId)).ToListAsync(cancellationToken);
    }

    /// <summary>Some of the projects the person is a member of, by name.</summary>
    /// <param name="after">Name and id of the last project seen; null to begin.</param>
    /// <param name="limit">Most projects wanted.</param>
    public async Task<IReadOnlyList<ProjectSummary>> ListAsync(
        long personId,
        (string Name, long Id)? after,
        int limit,
        CancellationToken cancellationToken
    )
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var projects = ProjectAccess.VisibleProjects(context, personId);
        if (after is var (name, id))
        {
            projects = projects.Where(project =>
                EF.Functions.GreaterThan(ValueTuple.Create(project.Name, project.Id), ValueTuple.Create(name, id))
            );
        }

        return await Summaries(context, personId, projects).Take(limit).ToListAsync(cancellationToken);
    }

    /// <summary>One project with its numbers.</summary>
    /// <exception cref="NotFoundException">No such project for this person.</exception>
    public async Task<ProjectSummary> GetSummaryAsync(long personId, long projectId, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var projects = ProjectAccess.VisibleProjects(context, personId).Where(project => project.Id == projectId);
        return await Summaries(context, personId, projects).SingleOrDefaultAsync(cancellationToken)
            ?? throw new NotFoundException("project", projectId);
    }

    /// <summary>Deletes a project with everything in it: rows, points, files, caches.</summary>
    /// <exception cref="NotFoundException">No such project for this person.</exception>
    /// <exception cref="AccessDeniedException">The person is not its owner.</exception>
    public async Task DeleteAsync(long personId, long projectId, CancellationToken cancellationToken)
    {
        await access.RequireAsync(personId, projectId, ProjectRole.Owner, cancellationToken);
        await deletion.DeleteProjectAsync(projectId, cancellationToken);
    }

    /// <summary>Makes a session into which nothing has been brought yet.</summary>
    /// <param name="expiresAt">When what was uploaded for it may be removed; null for the default.</param>
    /// <exception cref="NotFoundException">No such project for this person.</exception>
    /// <exception cref="AccessDeniedException">The person may only look.</exception>
    public async Task<Session> CreateSessionAsync(
        long personId,
        long projectId,
        string name,
        DateTimeOffset? expiresAt,
        CancellationToken cancellationToken
    )
    {
        await access.RequireAsync(personId, projectId, ProjectRole.Collaborator, cancellationToken);
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var now = time.GetUtcNow();
        var session = new Session
        {
            ProjectId = projectId,
            Name = name,
            SourceKind = "",
            SourceLocation = EmptyLocation.Create(),
            CreatedBy = personId,
            CreatedAt = now,
            UpdatedAt = now,
            ExpiresAt = expiresAt,
        };
        context.Sessions.Add(session);
        await context.SaveChangesAsync(cancellationToken);
        return session;
    }

    /// <summary>Deletes a session and the documents that no other session of the project has.</summary>
    /// <exception cref="NotFoundException">No such session for this person.</exception>
    /// <exception cref="AccessDeniedException">The person is not the project's owner.</exception>
    public async Task DeleteSessionAsync(long personId, long sessionId, CancellationToken cancellationToken)
    {
        var session = await access.RequireSessionAsync(personId, sessionId, ProjectRole.Owner, cancellationToken);
        await deletion.DeleteSessionAsync(session.ProjectId, sessionId, cancellationToken);
    }

    /// <summary>Deletes a document. The next run of a source that still has it brings it back.</summary>
    /// <exception cref="NotFoundException">No such document for this person.</exception>
    /// <exception cref="AccessDeniedException">The person is not the project's owner.</exception>
    public async Task DeleteDocumentAsync(long personId, Guid documentId, CancellationToken cancellationToken)
    {
        var document = await access.RequireDocumentAsync(personId, documentId, ProjectRole.Owner, cancellationToken);
        await deletion.DeleteDocumentAsync(document.ProjectId, documentId, cancellationToken);
    }

    private static IQueryable<ProjectSummary> Summaries(RagPyDbContext context, long personId, IQueryable<Project> projects)
    {
        var documents = context.Documents;
        return from project in projects
            join member in context.ProjectMembers
                on new { ProjectId = project.Id, PersonId = personId } equals new { member.ProjectId, member.PersonId }
            orderby project.Name, project.Id
            select new ProjectSummary(
                project.Id,
                project.Name,
                project.Description,
                member.Role,
                project.Embedder,
                project.CleanUp,
                project.Recognition,
                project.RecognitionPages,
                project.Store,
                project.TargetStore,
                project.StoreProblem,
                context.Sessions.Count(s => s.ProjectId == project.Id),
                documents.Count(d => d.ProjectId == project.Id),
                documents.Count(d => d.ProjectId == project.Id && d.Generation != null),
                documents.Count(d => d.ProjectId == project.Id && d.State == DocumentState.Failed),
                documents.Where(d => d.ProjectId == project.Id && d.Generation != null).Sum(d => (long)d.ChunkCount),
                project.CreatedAt
            );
    }

    private static void RequireName(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (name.Length > MaxName)
        {
            throw new ArgumentException($"A project's name has at most {MaxName} characters.", nameof(name));
        }
    }

    private static async Task<bool> TrySaveNameAsync(RagPyDbContext context, CancellationToken cancellationToken)
    {
        try
        {
            await context.SaveChangesAsync(cancellationToken);
            return true;
        }
        catch (DbUpdateException exception)
            when (exception.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return false;
        }
    }

    private static Task<Person?> FindLocalOwnerAsync(RagPyDbContext context, CancellationToken cancellationToken) =>
        context
            .People.AsNoTracking()
            .OrderBy(p => p.Id)
            .FirstOrDefaultAsync(p => p.Email == null && p.Name == LocalOwnerName, cancellationToken);
}
