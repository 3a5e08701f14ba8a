using RagPy.Core.Pipeline;
using RagPy.Core.Providers;

namespace RagPy.Core.Extraction.Recognition;

/// <summary>Work of an engine on one file. Disposing it removes what it left anywhere. Calls may be under way at once.</summary>
internal interface IRecognition : IAsyncDisposable
{
    /// <summary>Reads pages.</summary>
    /// <param name="pages">1-based, ascending, at most <see cref="IPageRecognizer.PagesPerCall"/>.</param>
    /// <returns>Each of the pages once, in their order, or among the refused; a page without any text is empty.</returns>
    /// <exception cref="ProviderRefusedException">These pages cannot be read; a part of them perhaps can.</exception>
    /// <exception cref="DocumentFailedException">The engine cannot be used: key, account, set-up.</exception>
    /// <exception cref="TransientFailureException">It did not work, and may later.</exception>
    Task<RecognitionAnswer> ReadAsync(IReadOnlyList<int> pages, CancellationToken cancellationToken);
}
