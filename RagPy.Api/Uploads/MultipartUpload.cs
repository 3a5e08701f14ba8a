using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using RagPy.Api.Http;
using RagPy.Core.Projects;
using RagPy.Core.Sources.Chunks;

namespace RagPy.Api.Uploads;

/// <summary>Reads a <c>multipart/form-data</c> body part by part: files go on as streams, and nothing but short fields is kept in memory.</summary>
internal static class MultipartUpload
{
    /// <summary>Bytes that boundaries, headers and fields may take beside the files.</summary>
    public const long Overhead = 8L << 20;

    private const int MaxFieldLength = 1024;

    /// <summary>COR_E_IO, of exceptions that no system call is behind.</summary>
    private const int GeneralIOError = unchecked((int)0x80131620);

    /// <summary>Reads the body and hands its files to <paramref name="upload"/>.</summary>
    /// <param name="maxBytes">Largest sum of the files; a body that declares more is refused before it is read.</param>
    /// <exception cref="ProblemException">The body is not what is expected.</exception>
    /// <exception cref="UploadRefusedException">A file is refused.</exception>
    public static async Task<UploadForm> ReceiveAsync(HttpRequest request, UploadPackage upload, long maxBytes)
    {
        RefuseLarge(request, maxBytes);
        var form = new UploadForm();
        var reader = new MultipartReader(BoundaryOf(request), request.Body) { HeadersCountLimit = 16, HeadersLengthLimit = 16 << 10 };
        try
        {
            // A client that goes away ends the body with an exception: to cancel the reading as well would leave it half done.
            while (await reader.ReadNextSectionAsync(CancellationToken.None) is { } section)
            {
                form = await TakeAsync(section, upload, form);
            }
        }
        catch (Exception exception) when (IsDamage(exception))
        {
            throw Bad("The form in the body is damaged.", exception);
        }

        return form;
    }

    private static void RefuseLarge(HttpRequest request, long maxBytes)
    {
        if (request.ContentLength > maxBytes + Overhead)
        {
            // Not read to its end: the connection is of no use afterwards.
            request.HttpContext.Response.Headers.Connection = "close";
            throw new UploadRefusedException(
                UploadRefusal.TooLarge,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The upload is larger than the limit of {maxBytes:N0} bytes (RAGPY_MAX_UPLOAD_SIZE). Send it in parts."
                )
            );
        }
    }

    private static string BoundaryOf(HttpRequest request)
    {
        if (
            !MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
        )
        {
            throw new ProblemException(
                StatusCodes.Status415UnsupportedMediaType,
                ProblemCodes.UnsupportedType,
                "Send multipart/form-data with the file in the field 'file'."
            );
        }

        return HeaderUtilities.RemoveQuotes(type.Boundary).Value is { Length: > 0 and <= 200 } boundary
            ? boundary
            : throw Bad("The content type names no boundary.");
    }

    private static async Task<UploadForm> TakeAsync(MultipartSection section, UploadPackage upload, UploadForm form)
    {
        var disposition = section.GetContentDispositionHeader();
        if (disposition is null || !disposition.DispositionType.Equals("form-data", StringComparison.OrdinalIgnoreCase))
        {
            throw Bad("A part of the form has no name.");
        }

        if (disposition.IsFileDisposition())
        {
            var name = disposition.FileNameStar.HasValue ? disposition.FileNameStar : HeaderUtilities.RemoveQuotes(disposition.FileName);
            await upload.AddAsync(name.ToString(), section.Body, CancellationToken.None);

            return form;
        }

        var value = await ReadFieldAsync(section.Body);
        return HeaderUtilities.RemoveQuotes(disposition.Name).Value switch
        {
            "name" => form with { Name = value },
            "project_id" => form with { ProjectId = value },
            "start" => form with { Start = StartOf(value) },
            "vectors_of" => form with { VectorsOf = ModelOf(value) },
            _ => form,
        };
    }

    private static async Task<string> ReadFieldAsync(Stream body)
    {
        var buffer = new byte[MaxFieldLength + 1];
        var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, CancellationToken.None);

        return length <= MaxFieldLength
            ? System.Text.Encoding.UTF8.GetString(buffer, 0, length)
            : throw Bad($"A field of the form is longer than {MaxFieldLength:N0} bytes.");
    }

    private static StartWhen StartOf(string value) =>
        value switch
        {
            "" or "true" => StartWhen.Always,
            "if-free" => StartWhen.Free,
            "false" => StartWhen.Never,
            _ => throw Bad("The field 'start' takes true, if-free or false."),
        };

    private static string? ModelOf(string value)
    {
        try
        {
            return string.IsNullOrWhiteSpace(value) ? null : GivenModel.Parse(value);
        }
        catch (FormatException exception)
        {
            throw Bad(exception.Message, exception);
        }
    }

    /// <summary>The reader of the form says so by an exception that means nothing more; others come from the connection or the disk.</summary>
    private static bool IsDamage(Exception exception) =>
        exception is InvalidDataException || (exception.GetType() == typeof(IOException) && exception.HResult == GeneralIOError);

    private static ProblemException Bad(string detail, Exception? inner = null) =>
        new(StatusCodes.Status400BadRequest, ProblemCodes.BadRequest, detail, inner);
}
