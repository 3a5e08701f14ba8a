namespace RagPy.Core.Embedding;

/// <summary>The analyses a text goes through.</summary>
[Flags]
internal enum AnalysisLanguages
{
    English = 1,
    French = 2,

    /// <summary>Of an unknown or another language: the terms of both.</summary>
    Both = English | French,
}
