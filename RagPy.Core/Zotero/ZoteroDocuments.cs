using RagPy.Core.Pipeline;
using RagPy.Core.Sources;

namespace RagPy.Core.Zotero;

/// <summary>Turns an item and its attachments into documents, the same way for exports and for Zotero's own database.</summary>
internal static class ZoteroDocuments
{
    private const string Pdf = "application/pdf";

    /// <summary>Bytes in which a PDF's header may lie (ISO 32000-1, Annex H, note 13).</summary>
    private const int HeaderBytes = 1024;

    /// <summary>One document for each file attached, or a single one without a file when there is none.</summary>
    /// <param name="seen">Keys already yielded; grows.</param>
    public static async IAsyncEnumerable<SourceDocument> ReadAsync(
        SourceItem item,
        IEnumerable<ZoteroAttachment> attachments,
        AttachmentResolver resolver,
        HashSet<string> seen,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var paths = new HashSet<string>(StringComparer.Ordinal);
        var any = false;
        foreach (var attachment in attachments.Where(attachment => !attachment.IsLink))
        {
            any = true;
            var samePath =
                attachment.NormalPath.Length > 0 && !paths.Add($"{(IsStored(attachment) ? attachment.Key : "")}/{attachment.NormalPath}");
            var key = ZoteroIdentity.DocumentKey(item, attachment);
            if (!samePath && seen.Add(key))
            {
                yield return await ReadAsync(key, item, attachment, resolver, cancellationToken);
            }
        }

        if (!any && seen.Add(item.Key))
        {
            yield return new SourceDocument(item.Key, item, null);
        }
    }

    /// <summary>Whether the path means another file for each attachment key.</summary>
    private static bool IsStored(ZoteroAttachment attachment) =>
        attachment.Path.Length == 0 || attachment.Path.StartsWith("storage:", StringComparison.Ordinal);

    private static async ValueTask<SourceDocument> ReadAsync(
        string key,
        SourceItem item,
        ZoteroAttachment attachment,
        AttachmentResolver resolver,
        CancellationToken cancellationToken
    )
    {
        var (file, failure) = await FileAsync(attachment, resolver, cancellationToken);
        var path = attachment.Path.Length > 0 ? attachment.Path : attachment.StoredName;

        return new SourceDocument(key, item, file, failure, attachment.FileName, path, attachment.Title);
    }

    private static async ValueTask<(SourceFile?, Failure?)> FileAsync(
        ZoteroAttachment attachment,
        AttachmentResolver resolver,
        CancellationToken cancellationToken
    )
    {
        var extension = Path.GetExtension(attachment.FileName).ToLowerInvariant();
        var named = extension == ".pdf" || attachment.ContentType == Pdf;
        var resolution = resolver.Resolve(attachment);
        if (resolution.File is { } file)
        {
            try
            {
                if (named || await IsPdfAsync(file, cancellationToken))
                {
                    return (file.ToSourceFile(Pdf), null);
                }
            }
            catch (DocumentFailedException e)
            {
                return (null, e.Failure);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return (null, new Failure(FailureCode.MissingFile, $"'{file.Path}' cannot be opened: {e.Message}"));
            }
        }
        else if (named || (extension.Length == 0 && attachment.ContentType.Length == 0))
        {
            return (null, new Failure(FailureCode.MissingFile, resolution.Reason));
        }

        return (null, new Failure(FailureCode.UnsupportedType, Unsupported(extension, attachment.ContentType)));
    }

    /// <summary>Whether <c>%PDF-</c> stands in the first kilobyte.</summary>
    internal static async ValueTask<bool> IsPdfAsync(TreeFile file, CancellationToken cancellationToken)
    {
        var head = new byte[HeaderBytes];
        await using var stream = file.Open();
        var length = await stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken);

        return head.AsSpan(0, length).IndexOf("%PDF-"u8) >= 0;
    }

    private static string Unsupported(string extension, string contentType)
    {
        const string Found = "its item is found by title and abstract";

        return (extension, contentType) switch
        {
            (".html" or ".htm" or ".xhtml" or ".mht" or ".mhtml", _) or (_, "text/html" or "application/xhtml+xml") =>
                $"HTML snapshots cannot be read yet, this comes later; {Found}. Attach a PDF of the page to have its text.",
            (".epub", _) or (_, "application/epub+zip") =>
                $"EPUB files cannot be read yet, this comes later; {Found}. Attach a PDF to have its text.",
            ("", "") => $"This file cannot be read, only PDF; {Found}. Attach a PDF to have its text.",
            _ =>
                $"Files of type '{(extension.Length > 0 ? extension : contentType)}' cannot be read, only PDF; {Found}. Attach a PDF to have its text.",
        };
    }
}
