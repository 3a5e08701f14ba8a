namespace RagPy.Core.Extraction.Recognition;

/// <summary>An engine that reads the text of page images (OCR): some pages of a file at a time, never the whole file unasked. Thread safe.</summary>
internal interface IPageRecognizer
{
    /// <summary>Name in settings, on pages and in messages, e.g. <c>tesseract</c>.</summary>
    string Name { get; }

    /// <summary>Calls for one file at once that the engine can make use of.</summary>
    int Concurrency { get; }

    /// <summary>Pages read in one call.</summary>
    int PagesPerCall { get; }

    /// <summary>Pages of one file that it reads at most.</summary>
    int MaxPages { get; }

    /// <summary>Calls cost money: they are held to the session's cap, and one that is under way is not given up.</summary>
    bool IsPaid { get; }

    /// <summary>Its pages may be read in batches, hours later and cheaper, where the settings want that.</summary>
    bool HasBatches => false;

    /// <summary>Whether it can be used here, and as what version. Asked of the machine once.</summary>
    Task<RecognizerState> GetStateAsync(CancellationToken cancellationToken);

    /// <summary>What shapes a page's text beside engine, version and page: the language, where the engine wants to know it.</summary>
    /// <param name="language"><c>fr</c>, <c>en</c>, or empty when unsure.</param>
    string OptionsFor(string language);

    /// <summary>Begins work on a file.</summary>
    IRecognition Open(RecognitionJob job);
}
