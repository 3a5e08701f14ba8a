namespace RagPy.Core.Extraction.Recognition;

/// <summary>A file some of whose pages are to be read.</summary>
/// <param name="Path">A local PDF; nothing is written to it.</param>
/// <param name="PageCount">Pages of the file, those that need nothing included.</param>
/// <param name="Pages">Size of each page to be read, by its 1-based index, in PDF points as it is displayed.</param>
/// <param name="Language"><c>fr</c>, <c>en</c>, or empty when unsure.</param>
/// <param name="Party">Who the work is for (a session), so that calls take turns.</param>
internal sealed record RecognitionJob(
    string Path,
    long Length,
    int PageCount,
    IReadOnlyDictionary<int, (float Width, float Height)> Pages,
    string Language,
    string Party
);
