using RagPy.Core.Sources;

namespace RagPy.Core.Pipeline;

/// <summary>Opens the source at a session's location.</summary>
/// <exception cref="SourceException">It cannot be read; the message says what to do.</exception>
public delegate ISource SourceOpener(string location);
