using RagPy.Core.Sources;

namespace RagPy.Core.Pipeline;

/// <summary>Opens the source at a session's location.</summary>
/// <param name="location">Path on this machine.</param>
/// <param name="options">What the source may do: less for what was uploaded than for what its owner named on this machine.</param>
/// <exception cref="SourceException">It cannot be read; the message says what to do.</exception>
public delegate ISource SourceOpener(string location, SourceOptions options);
