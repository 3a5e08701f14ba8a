using Npgsql;
using RagPy.Core.Extraction.Recognition;
using RagPy.Core.Pipeline;
using RagPy.Core.Providers;
using RagPy.Core.Providers.Chat;
using RagPy.Core.Settings;

namespace RagPy.Core.Projects;

/// <summary>
/// Chooses what reads a project's pages that have no usable text layer. A choice holds for what is read after it: pages that were read stay as they are, and what
/// one engine has read is not bought again when a project comes back to it.
/// </summary>
public sealed class RecognitionChoice
{
    private readonly NpgsqlDataSource _dataSource;
    private readonly ProjectAccess _access;
    private readonly RecognitionEngines _engines;
    private readonly IChatModels _models;
    private readonly RagPySettings _settings;

    internal RecognitionChoice(
        NpgsqlDataSource dataSource,
        ProjectAccess access,
        RecognitionEngines engines,
        IChatModels models,
        RagPySettings settings
    ) => (_dataSource, _access, _engines, _models, _settings) = (dataSource, access, engines, models, settings);

    /// <summary>What can be chosen to read pages.</summary>
    public static IReadOnlyList<string> Engines { get; } = [RecognitionChoices.Default, .. RecognitionChoices.Engines.Split(' ')];

    /// <summary>Which pages can be chosen to be read.</summary>
    public static IReadOnlyList<string> Pages { get; } = [RecognitionChoices.Default, .. RecognitionChoices.Pages.Split(' ')];

    /// <summary>Checks that a choice can be made. Programs that are missing are no obstacle: they may be installed where the workers are.</summary>
    /// <param name="engine">One of <see cref="Engines"/>; null for no change.</param>
    /// <param name="pages">One of <see cref="Pages"/>; null for no change.</param>
    /// <exception cref="InvalidOperationException">There is no such choice, or its provider's key is not set; the message says what to do.</exception>
    public void Require(string? engine, string? pages)
    {
        RequireOneOf(engine, Engines, "engine of text recognition");
        RequireOneOf(pages, Pages, "choice of pages for text recognition");
        if (engine == RecognitionChoices.Mistral && string.IsNullOrEmpty(_settings.MistralApiKey))
        {
            throw new ProviderNotConfiguredException("Mistral needs a key: set MISTRAL_API_KEY.");
        }

        if (engine == RecognitionChoices.Vision)
        {
            _models.Require(_settings.OpenAIOcrModel);
        }
    }

    /// <summary>Makes a choice.</summary>
    /// <param name="engine">One of <see cref="Engines"/>; null for no change.</param>
    /// <param name="pages">One of <see cref="Pages"/>; null for no change.</param>
    /// <exception cref="InvalidOperationException">There is no such choice, or its provider's key is not set; the message says what to do.</exception>
    /// <exception cref="NotFoundException">No such project for this person.</exception>
    /// <exception cref="AccessDeniedException">The person is not its owner.</exception>
    public async Task ChooseAsync(long personId, long projectId, string? engine, string? pages, CancellationToken cancellationToken)
    {
        Require(engine, pages);
        await _access.RequireAsync(personId, projectId, ProjectRole.Owner, cancellationToken);
        const string sql = """
            UPDATE projects SET recognition = CASE WHEN $2::text IS NULL THEN recognition ELSE nullif($2, $4) END,
                recognition_pages = CASE WHEN $3::text IS NULL THEN recognition_pages ELSE nullif($3, $4) END
            WHERE id = $1
            """;
        await using var command = Sql.Command(_dataSource, sql, projectId, engine, pages, RecognitionChoices.Default);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>What would read a project's pages now, as this process sees it.</summary>
    /// <param name="engine">The project's choice; null for what the server is set to.</param>
    /// <param name="pages">Its choice of pages; null for what the server is set to.</param>
    public async Task<RecognitionRoute> DescribeAsync(string? engine, string? pages, CancellationToken cancellationToken)
    {
        var plan = await _engines.PlanAsync(engine, pages, cancellationToken);
        return new RecognitionRoute(
            engine ?? _settings.Recognition,
            plan.ReadsAll,
            [.. plan.Engines.Select(e => e.Name)],
            plan.Engines.Any(e => e.IsPaid),
            plan.IsEmpty ? plan.Advice : null
        );
    }

    private static void RequireOneOf(string? value, IReadOnlyList<string> choices, string what)
    {
        if (value is not null && !choices.Contains(value))
        {
            throw new ProviderNotConfiguredException($"'{value}' is no {what}: choose one of {string.Join(", ", choices)}.");
        }
    }
}
