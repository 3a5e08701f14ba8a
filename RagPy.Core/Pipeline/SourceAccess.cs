using Npgsql;
using RagPy.Core.Sources;
using RagPy.Core.Storage;

namespace RagPy.Core.Pipeline;

/// <summary>Opens what a session's location names: a path of this machine, or an uploaded file.</summary>
internal sealed class SourceAccess(SourceOpener open, IBlobStore blobs, NpgsqlDataSource dataSource)
{
    /// <summary>Opens a source; the caller disposes it.</summary>
    /// <param name="sessionId">The session whose source it is; null when there is none yet.</param>
    /// <param name="hashes">For a look only: hashes of files that need not be read again.</param>
    /// <exception cref="SourceException">It cannot be read, or the upload is no longer kept; the message says what to do.</exception>
    public async Task<OpenedSource> OpenAsync(
        long projectId,
        long? sessionId,
        string location,
        SourceVectors vectors,
        CancellationToken cancellationToken,
        IKnownHashes? hashes = null
    )
    {
        var upload = await GetUploadAsync(projectId, location, cancellationToken);
        // What came over the network was written by anyone; a path of this machine was named by its owner.
        var options = (upload is null ? SourceOptions.Local : new SourceOptions()) with
        {
            Vectors = vectors,
            Hashes = hashes,
            SharesRowNumbers = sessionId is not null && await HasSharedNumbersAsync(sessionId.Value, cancellationToken),
        };
        try
        {
            return new OpenedSource(open(upload?.Path ?? location, options), upload);
        }
        catch
        {
            upload?.Dispose();
            throw;
        }
    }

    /// <summary>Whether rows of the session's table are known by their numbers alone.</summary>
    private async Task<bool> HasSharedNumbersAsync(long sessionId, CancellationToken cancellationToken)
    {
        const string sql = """
            SELECT EXISTS (
                SELECT FROM sessions s JOIN session_documents sd ON sd.session_id = s.id JOIN documents d ON d.id = sd.document_id
                WHERE s.id = $1 AND s.source_kind = 'csv' AND d.source_key LIKE 'csv/csv\_%')
            """;
        await using var command = Sql.Command(dataSource, sql, sessionId);
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    /// <summary>The uploaded file that a location names; null for a path.</summary>
    private async Task<LocalBlob?> GetUploadAsync(long projectId, string location, CancellationToken cancellationToken)
    {
        try
        {
            return UploadLocation.TryParse(location, out var blob) ? await blobs.GetLocalAsync(projectId, blob, cancellationToken) : null;
        }
        catch (FileNotFoundException exception)
        {
            throw new SourceException("The uploaded archive is no longer kept. Upload it again to go on.", exception);
        }
    }
}
