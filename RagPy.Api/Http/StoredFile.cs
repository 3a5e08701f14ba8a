using System.Net.Mime;
using Microsoft.Net.Http.Headers;
using RagPy.Core.Projects;
using RagPy.Core.Storage;

namespace RagPy.Api.Http;

/// <summary>A stored file as an answer: strangers wrote it, so a browser must neither guess what it is nor let it do anything.</summary>
internal sealed class StoredFile : IResult
{
    /// <summary>A PDF begins within this many bytes with its mark (ISO 32000-1, annex H.3.4.1).</summary>
    private const int MagicWindow = 1024;

    private readonly Stream _content;
    private readonly DocumentOverview _document;
    private readonly bool _isPdf;

    private StoredFile(Stream content, DocumentOverview document, bool isPdf) => (_content, _document, _isPdf) = (content, document, isPdf);

    /// <summary>Opens the file of a document.</summary>
    /// <exception cref="NotFoundException">It has none, or it is no longer kept.</exception>
    public static async Task<StoredFile> OpenAsync(DocumentOverview document, IBlobStore blobs, CancellationToken cancellationToken)
    {
        var blob = new BlobReference(document.FileHash ?? throw new NotFoundException("file", document.Id), document.FileLength);
        try
        {
            var content = await blobs.OpenAsync(document.ProjectId, blob, cancellationToken);
            return new StoredFile(content, document, await IsPdfAsync(content, cancellationToken));
        }
        catch (FileNotFoundException)
        {
            throw new NotFoundException("file", document.Id);
        }
    }

    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        ArgumentNullException.ThrowIfNull(httpContext);
        var headers = httpContext.Response.Headers;
        headers.ContentSecurityPolicy = "sandbox; default-src 'none'; frame-ancestors 'self'";
        headers.CacheControl = "private, no-cache";
        var disposition = new ContentDispositionHeaderValue(_isPdf ? "inline" : "attachment");
        disposition.SetHttpFileName(_document.FileName.Length > 0 ? _document.FileName : $"{_document.Id}.pdf");
        headers.ContentDisposition = disposition.ToString();

        return TypedResults
            .Stream(
                _content,
                _isPdf ? MediaTypeNames.Application.Pdf : MediaTypeNames.Application.Octet,
                entityTag: new EntityTagHeaderValue($"\"{_document.FileHash}\""),
                enableRangeProcessing: true
            )
            .ExecuteAsync(httpContext);
    }

    private static async Task<bool> IsPdfAsync(Stream content, CancellationToken cancellationToken)
    {
        var head = new byte[MagicWindow];
        var length = await content.ReadAtLeastAsync(head, MagicWindow, throwOnEndOfStream: false, cancellationToken);
        content.Position = 0;
        return head.AsSpan(0, length).IndexOf("%PDF-"u8) >= 0;
    }
}
