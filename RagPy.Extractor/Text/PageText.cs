using RagPy.Core.Extraction;

namespace RagPy.Extractor.Text;

/// <summary>A page after layout.</summary>
/// <param name="Text">As the stored page text must be.</param>
/// <param name="Words">In text order.</param>
/// <param name="Lines">In text order.</param>
internal sealed record PageText(string Text, List<WordBox> Words, List<PageLine> Lines, float Width, float Height, bool NeedsOcr);
