using Npgsql;
using RagPy.Core.Extraction.Recognition;

namespace RagPy.Core.Pipeline;

/// <summary>The engines that read a project's pages, by what it chose. Asked anew for each document: a change holds for all that are read after it.</summary>
internal sealed class ProjectRecognition(NpgsqlDataSource dataSource, RecognitionEngines engines)
{
    /// <summary>The engines to use now; those of the settings where the project is gone.</summary>
    public async Task<RecognitionPlan> PlanAsync(long projectId, CancellationToken cancellationToken)
    {
        string? engine = null;
        string? pages = null;
        await using (var command = Sql.Command(dataSource, "SELECT recognition, recognition_pages FROM projects WHERE id = $1", projectId))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            if (await reader.ReadAsync(cancellationToken))
            {
                engine = reader.IsDBNull(0) ? null : reader.GetString(0);
                pages = reader.IsDBNull(1) ? null : reader.GetString(1);
            }
        }

        return await engines.PlanAsync(engine, pages, cancellationToken);
    }
}
