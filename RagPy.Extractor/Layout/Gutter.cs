namespace RagPy.Extractor.Layout;

/// <summary>White space between two columns.</summary>
/// <param name="Low">Left edge in the frame.</param>
/// <param name="High">Right edge.</param>
/// <param name="Top">First row it divides.</param>
/// <param name="Bottom">One past the last.</param>
/// <param name="Score">Lines of running text on both sides.</param>
internal readonly record struct Gutter(float Low, float High, int Top, int Bottom, float Score);
