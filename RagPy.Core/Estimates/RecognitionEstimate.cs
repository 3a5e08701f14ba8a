namespace RagPy.Core.Estimates;

/// <summary>What a run may have to recognise (OCR).</summary>
/// <param name="Engines">Engines that pages go to, in the order in which they are tried; empty: pages without text stay unread.</param>
/// <param name="Pages">Pages that go there. Of a PDF that was not read yet it is not known how many need it: then from none to all.</param>
/// <param name="Cost">What the first engine asks for them; null when that is not known.</param>
public sealed record RecognitionEstimate(IReadOnlyList<string> Engines, AmountRange Pages, CostRange? Cost);
