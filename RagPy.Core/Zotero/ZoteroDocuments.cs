using RagPy.Core.Extraction.Sections;
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
        var named = extension == ".pdf" || attachment.ContentType == Pdf ? Pdf : TextType(extension, attachment.ContentType);
        var resolution = resolver.Resolve(attachment);
        if (resolution.File is { } file)
        {
            try
            {
                if (named != Pdf && await IsPdfAsync(file, cancellationToken))
                {
                    return (file.ToSourceFile(Pdf), null);
                }

                if (named is not null)
                {
                    return (file.ToSourceFile(named), null);
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
        else if (named is not null || (extension.Length == 0 && attachment.ContentType.Length == 0))
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

    /// <summary>Media type of a file whose text has sections; null for any other.</summary>
    private static string? TextType(string extension, string contentType) =>
        (extension, contentType) switch
        {
            (".html" or ".htm" or ".xhtml", _) or ("", "text/html" or "application/xhtml+xml") => HtmlExtractor.ContentType,
            (".epub", _) or ("", EpubExtractor.ContentType) => EpubExtractor.ContentType,
            _ => null,
        };

    private static string Unsupported(string extension, string contentType)
    {
        const string Found = "its item is found by title and abstract";

        return (extension, contentType) switch
        {
            (".mht" or ".mhtml", _) => $"MHTML files cannot be read; {Found}. Take the snapshot again in Zotero, which saves HTML.",
            ("", "") => $"This file cannot be read, only PDF, HTML and EPUB; {Found}. Attach a PDF to have its text.",
            _ =>
                $"Files of type '{(extension.Length > 0 ? extension : contentType)}' cannot be read, only PDF, HTML and EPUB; {Found}. Attach a PDF to have its text.",
        };
    }
}
