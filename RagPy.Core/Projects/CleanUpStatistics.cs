using Npgsql;
using RagPy.Core.CleanUp;
using RagPy.Core.Pipeline;

namespace RagPy.Core.Projects;

/// <summary>Counts what became of a session's passages in the clean-up.</summary>
public sealed class CleanUpStatistics(NpgsqlDataSource dataSource, ProjectAccess access)
{
    /// <summary>The counts over the generations that are current, and the work that waits.</summary>
    /// <exception cref="NotFoundException">No such session for this person.</exception>
    public async Task<CleanUpCounts> GetAsync(long personId, long sessionId, CancellationToken cancellationToken)
    {
        await access.RequireSessionAsync(personId, sessionId, ProjectRole.Viewer, cancellationToken);
        const string sql = """
            SELECT coalesce(c.clean_outcome, 0), count(*)::int
            FROM session_documents s JOIN documents d ON d.id = s.document_id
            LEFT JOIN work_items w ON w.document_id = d.id AND w.stage = $2 AND w.state IN (1, 2)
            JOIN chunks c ON c.document_id = d.id AND c.generation = coalesce(w.generation, d.generation)
            WHERE s.session_id = $1 AND (c.clean_outcome IS NOT NULL OR w.id IS NOT NULL)
            GROUP BY 1
            """;
        await using var command = Sql.Command(dataSource, sql, sessionId, (int)Stage.Clean);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var counts = new Dictionary<CleanUpOutcome, int>();
        while (await reader.ReadAsync(cancellationToken))
        {
            counts[(CleanUpOutcome)reader.GetInt32(0)] = reader.GetInt32(1);
        }

        int Of(CleanUpOutcome outcome) => counts.GetValueOrDefault(outcome);
        return new CleanUpCounts(
            Of(0),
            Of(CleanUpOutcome.Cleaned),
            Of(CleanUpOutcome.Unchanged),
            Of(CleanUpOutcome.Skipped),
            Of(CleanUpOutcome.Empty),
            Of(CleanUpOutcome.Refused),
            Of(CleanUpOutcome.Cut),
            Of(CleanUpOutcome.Altered),
            Of(CleanUpOutcome.Failed)
        );
    }
}
